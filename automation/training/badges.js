// Put each control's number where it covers no word: beside its outline, on a place of one colour.
({ source, marks, bands, size, begin }) => new Promise(done => {
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    const taken = [];
    const inside = (x, y) => bands.some(
      b => x >= b.x && y >= b.y && x + size <= b.x + b.width && y + size <= b.y + b.height);
    const apart = (x, y, box, gap) => x + size + gap <= box.x || box.x + box.width + gap <= x
      || y + size + gap <= box.y || box.y + box.height + gap <= y;
    const plain = (x, y) => {
      if (x + size <= begin) return true;  // left of it the picture is blank
      const { data } = context.getImageData(x, y, size, size);
      for (let at = 4; at < data.length; at += 4)
        for (let c = 0; c < 3; c++) if (Math.abs(data[at + c] - data[c]) > 14) return false;
      return true;
    };
    const free = (x, y, own) => inside(x, y) && plain(x, y)
      && marks.every(each => apart(x, y, each, each === own ? 1 : 3))
      && taken.every(each => apart(x, y, each, 2));
    const distance = (x, y, box) => {
      const dx = Math.max(box.x - x - size, 0, x - box.x - box.width);
      const dy = Math.max(box.y - y - size, 0, y - box.y - box.height);
      const side = x < box.x ? 0 : 1;  // on the left where both are as near
      return Math.hypot(dx, dy) + Math.abs(y + size / 2 - box.y - box.height / 2) / 100 + side / 50;
    };
    done(marks.map(box => {
      let best = null;
      const reach = 90;
      for (let x = Math.round(box.x) - reach; x <= box.x + box.width + reach; x += 2)
        for (let y = Math.round(box.y) - reach; y <= box.y + box.height + reach; y += 2) {
          const far = distance(x, y, box);
          if ((!best || far < best.far) && free(x, y, box)) best = { x, y, far };
        }
      if (best) taken.push({ x: best.x, y: best.y, width: size, height: size });
      return best && [best.x, best.y];
    }));
  };
  picture.src = source;
})
