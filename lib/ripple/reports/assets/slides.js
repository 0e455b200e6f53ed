"use strict";
const printed = /print-pdf/i.test(window.location.search);
if (printed) {
  // A browser without a window prints as soon as the page has loaded: lay the pages out by then, not frames later.
  window.requestAnimationFrame = (step) => { step(performance.now()); return 0; };
}
const fit = (page) => {
  for (let size = 100; size > 40 && page.scrollHeight > page.clientHeight; size -= 5) {
    page.style.setProperty("--fit", size / 100);
  }
};
const fitAll = () => document.querySelectorAll(".page").forEach(fit);
// A chart takes the place of its picture; its expressions are interpreted, never made into code.
const drawn = {
  mode: "vega-lite", ast: true, renderer: "svg", actions: false, defaultStyle: false, logLevel: 0,
  config: { mark: { tooltip: true } }, loader: { load: () => Promise.reject(new Error("Nothing is loaded.")) },
};
const draw = async (spec, figure) => {
  const place = document.createElement("div");
  delete spec.$schema;
  await vegaEmbed(place, spec, drawn);
  const chart = place.querySelector("svg");
  chart.setAttribute("preserveAspectRatio", "xMinYMin");
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", figure.firstElementChild.alt);
  figure.replaceChildren(place);
};
const drawAll = () => document.querySelectorAll(".piece").forEach((piece) => {
  const figures = piece.querySelectorAll("figure");
  piece.querySelectorAll("script").forEach((data, number) => {
    const spec = JSON.parse(data.textContent);
    if (spec && figures[number]) draw(spec, figures[number]).catch(() => {});
  });
});
const toggleNotes = () => Reveal.configure({ showNotes: !Reveal.getConfig().showNotes });
Reveal.on("ready", fitAll);
if (!printed) Reveal.on("ready", drawAll);
Reveal.on("slidechanged", fitAll);
Reveal.on("pdf-ready", fitAll);
Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 3, center: false, hash: true, transition: "none",
  backgroundTransition: "none", controls: true, progress: true, slideNumber: false, overview: true,
  scrollActivationWidth: null, pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, keyboard: { 83: toggleNotes },
});
