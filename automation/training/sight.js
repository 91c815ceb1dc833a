// What a film or guide points at on the page: a control's name, its row, the window on top, and
// amounts. Shadow roots are looked into, since some practices build their rows and boxes in them.
([el, asked]) => {
  const MARGIN = 4, LOW = 60;
  const parent = node => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  const closest = (node, css) => {
    for (let at = node; at; at = parent(at)) if (at.matches && at.matches(css)) return at;
    return null;
  };
  const within = (node, root) => {
    for (let at = node; at; at = parent(at)) if (at === root) return true;
    return false;
  };
  function* all(root) {
    for (const node of root.querySelectorAll('*')) {
      yield node;
      if (node.shadowRoot) yield* all(node.shadowRoot);
    }
  }
  const clean = text => (text || '').replace(/\s+/g, ' ').trim();
  const box = rect => rect && rect.width > 0 && rect.height > 0
    ? [rect.x - MARGIN, rect.y - MARGIN, rect.width + 2 * MARGIN, rect.height + 2 * MARGIN] : null;
  const around = node => node ? box(node.getBoundingClientRect()) : null;
  const every = [...all(document)];
  const top = every.filter(n => n.matches('[role=dialog], dialog[open]') && around(n)).pop();
  const texts = (root, fits) => {
    const found = [];
    for (const node of every) {
      if (root && !within(node, root)) continue;
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE && fits(child.data)) found.push(child);
      }
    }
    return found;
  };

  // A control's name, as a person would say it
  const name = () => {
    const by = el.getAttribute('aria-labelledby');
    const root = el.getRootNode();
    const named = by ? by.split(/\s+/).map(id => root.getElementById(id)?.innerText).join(' ') : '';
    const label = [...(el.labels || [])].map(each => each.innerText).join(' ');
    const own = el.matches('input:not([type=button], [type=submit]), select, textarea')
      ? '' : (el.textContent || el.value);  // as written: styles may show it in capitals
    const said = [el.getAttribute('aria-label'), named, label, own, el.title, el.placeholder];
    return clean(said.find(clean)).replace(/:$/, '');
  };

  // A menu in the page's frame, such as the user's own, has no part in a fix
  const FRAME = 'nav, aside, header, [role=navigation], [role=banner], [role=complementary]';
  const isMenu = () => el.matches('summary, [aria-expanded]') && closest(el, FRAME) !== null;

  // Rows
  const ROW = 'tr, [role=row]', CELL = 'td, th, [role=cell], [role=gridcell], [role=columnheader]';
  const cells = row => row ? [...all(row)].filter(n => n.matches(CELL) && closest(n, ROW) === row) : [];
  const tables = row => closest(row, 'table, [role=table], [role=grid]');
  const rows = table => every.filter(n => n.matches(ROW) && tables(n) === table);
  const key = row => {
    const first = cells(row).map(each => clean(each.innerText)).find(Boolean) || '';
    return /\d+\/\d+\/\d{2,4}/.test(first) ? first : '';
  };
  let row = el && closest(el, ROW);
  if (!row && !top && asked.row) {
    const same = every.filter(n => n.matches(ROW) && key(n) === asked.row);
    row = same.length === 1 ? same[0] : null;
    if (row && asked.scroll) row.scrollIntoView({block: 'nearest'});
  }
  const head = row ? rows(tables(row)).find(each => cells(each).some(
    n => n.matches('th, [role=columnheader]'))) : null;

  // Amounts and the asterisk
  const line = node => {
    let at = node.parentElement;
    const label = clean(node.data).length;
    while (at && clean(at.innerText).length <= label + 1 && !at.querySelector?.('input, select'))
      at = parent(at);
    const rect = at && at.getBoundingClientRect();
    if (rect && rect.height > 0 && rect.height <= LOW) return rect;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { x, y, width, height } = range.getBoundingClientRect();
    return new DOMRect(x, y, width + 300, height);
  };
  const column = node => {
    const cell = closest(node.parentElement, CELL), from = cell && closest(cell, ROW);
    const table = from && tables(from);
    if (!table) return null;
    const next = row && table === tables(row) ? row : rows(table)[rows(table).indexOf(from) + 1];
    const rect = cell.getBoundingClientRect();
    const under = cells(next).find(each => {
      const its = each.getBoundingClientRect();
      return its.x < rect.x + rect.width / 2 && its.right > rect.x + rect.width / 2;
    });
    const its = under && under.getBoundingClientRect();
    if (!its || !cell.matches('th, [role=columnheader]')) return null;
    return next === row ? its : new DOMRect(rect.x, rect.y, rect.width, its.bottom - rect.y);
  };
  const places = {};
  for (const [which, words] of Object.entries(asked.labels)) {
    const same = text => words.includes(clean(text).replace(/:$/, '').toLowerCase());
    const found = texts(top || (row && tables(row)) || null, same).filter(n => around(n.parentElement));
    if (found.length === 1) places[which] = box(column(found[0]) || line(found[0]));
  }
  if (row && key(row)) places.date = box(cells(row)[0].getBoundingClientRect());
  const star = texts(top || row, text => /\*/.test(text)).find(
    node => /\d\s*\*/.test(clean(node.parentElement.textContent)));
  if (star && (top || row)) {
    const range = document.createRange();  // with the amount before it
    range.setStart(star.parentElement, 0);
    range.setEnd(star, star.data.indexOf('*') + 1);
    places.asterisk = box(range.getBoundingClientRect());
  }
  return {
    name: el ? name() : '', row: around(row), head: around(head), window: around(top),
    key: row ? key(row) : '', places, menu: el ? isMenu() : false,
  };
}
