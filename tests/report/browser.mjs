// Opens a report in Chromium, on a phone and on a desktop, by day and by night; KEEP=FOLDER: with pictures.
import { chromium } from "playwright-core";

const [executablePath, file, ...sections] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let failures = 0;
const expect = (truth, text) => {
  if (!truth) failures++, console.log("FAILED:", text);
};
for (const width of [390, 1280])
  for (const colorScheme of ["light", "dark"]) {
    const at = `${width} px, ${colorScheme}`;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: true });
    page.on("console", (message) => expect(false, `${at}: the console says ${message.text()}`));
    page.on("pageerror", (error) => expect(false, `${at}: ${error}`));
    page.on("request", (r) => expect(/^(file|data):/.test(r.url()), `${at}: it asks for ${r.url()}`));
    await page.goto("file://" + file);
    const seen = await page.evaluate(() => {
      const box = (e) => e.getBoundingClientRect();
      const overlaps = [], outside = [];
      for (const svg of document.querySelectorAll("figure svg[role=img]")) {
        const texts = [...svg.querySelectorAll("text")].map((e) => [e.textContent, box(e)]);
        texts.forEach(([a, p], i) => {
          const s = box(svg);
          if (p.left < s.left - 1 || p.right > s.right + 1 || p.top < s.top - 1 || p.bottom > s.bottom + 1)
            outside.push(a);
          texts.slice(0, i).forEach(([b, q]) => {
            if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 2 && q.top < p.bottom - 2)
              overlaps.push(`${a} / ${b}`);
          });
        });
        for (const node of svg.querySelectorAll(".node")) {
          const r = box(node.querySelector("rect"));
          for (const t of node.querySelectorAll("text"))
            if (box(t).left < r.left || box(t).right > r.right) outside.push("node " + t.textContent);
        }
      }
      const words = (cell) => { // where the words of a cell are, not the cell
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect();
      };
      for (const row of document.querySelectorAll("table:not(.matrix) tr"))
        for (let i = 0; i + 1 < row.cells.length; i++) {
          const [a, b] = [row.cells[i], row.cells[i + 1]];
          if (a.textContent && b.textContent && words(b).left - words(a).right < 6)
            overlaps.push(`${a.textContent} / ${b.textContent}`);
        }
      const broken = [...document.images].filter((i) => !i.naturalWidth || box(i).height < 40).length;
      return {
        hidden: [...document.querySelectorAll(".scroll:has(table:not(.matrix))")].filter((e) => e.scrollWidth >
          e.clientWidth).map((e) => e.getAttribute("aria-label")),
        scroll: document.documentElement.scrollWidth, overlaps, outside, broken,
        shadows: [...document.querySelectorAll("div.scroll")].every((e) => getComputedStyle(e).backgroundImage !== "none"),
        sections: [...document.querySelectorAll("section")].map((e) => e.id),
        colors: [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor],
        wide: [...document.querySelectorAll("main *")].filter((e) => !e.closest(".scroll") &&
          box(e).right > innerWidth + 1).map((e) => e.tagName + "." + e.className),
      };
    });
    expect(width < 1280 || seen.hidden.length === 0, `${at}: one must scroll to see all of ${seen.hidden}`);
    expect(seen.scroll <= width, `${at}: the page is ${seen.scroll} px wide`);
    expect(seen.wide.length === 0, `${at}: too wide: ${seen.wide.slice(0, 5)}`);
    expect(seen.overlaps.length === 0, `${at}: labels overlap: ${seen.overlaps.slice(0, 5)}`);
    expect(seen.outside.length === 0, `${at}: text is cut off: ${seen.outside.slice(0, 5)}`);
    // a shadow says so, since a phone has no bar to see
    expect(seen.shadows, `${at}: what scrolls has no shadow`);
    expect(seen.broken === 0, `${at}: ${seen.broken} pictures cannot be seen`);
    expect(seen.sections.join() === sections.join(), `${at}: sections ${seen.sections}`);
    const light = (c) => c.match(/\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765;
    const [ink, paper] = seen.colors.map(light);
    expect(colorScheme === "dark" ? ink - paper > 0.6 : paper - ink > 0.6, `${at}: ${seen.colors}`);
    if (process.env.KEEP) {
      const name = file.split("/").slice(-2).join("_").replace(".html", "");
      await page.screenshot({ path: `${process.env.KEEP}/${name}_${width}_${colorScheme}.png`, fullPage: true });
    }
    await page.close();
  }
await browser.close();
process.exit(failures ? 1 : 0);
