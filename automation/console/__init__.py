"""The page for billers: from a list to receipts in the browser, on this computer only."""
