// The view as a PNG file, with title and legend, so that the picture explains itself where the page is not at hand.

function savePicture() {
  const source = graphBox.querySelector("canvas");
  const ratio = source.width / source.clientWidth;
  const width = source.clientWidth;
  const picture = document.createElement("canvas");
  const ctx = picture.getContext("2d");
  ctx.font = `13px ${FONT}`;
  // Legend entries flow into as many rows as they need.
  let [x, row] = [16, 0];
  const entries = legendEntries().map(([shape, colour, name]) => {
    const w = 26 + ctx.measureText(name).width + 18;
    if (x + w > width - 8 && x > 16) [x, row] = [16, row + 1];
    const entry = { shape, colour, name, x, row };
    x += w;
    return entry;
  });
  const head = 48;
  const foot = entries.length ? 22 * (row + 1) + 16 : 8;
  picture.width = source.width;
  picture.height = Math.round((head + source.clientHeight + foot) * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = theme().ground;
  ctx.fillRect(0, 0, width, head + source.clientHeight + foot);
  ctx.drawImage(source, 0, head, width, source.clientHeight);
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme().text;
  ctx.font = `650 18px ${FONT}`;
  ctx.fillText(oneLine(data.title, 120), 16, 26, width - 32);
  ctx.font = `13px ${FONT}`;
  for (const { shape, colour, name, x: left, row: line } of entries) {
    const y = head + source.clientHeight + 18 + 22 * line;
    outline(ctx, shape, left + 8, y, 7);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.fillStyle = theme().text;
    ctx.fillText(name, left + 24, y);
  }
  picture.toBlob((blob) => {
    const name = oneLine(data.title, 60).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "graph";
    const link = make("a", { download: `${name}.png` });
    link.href = URL.createObjectURL(blob);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }, "image/png");
}
