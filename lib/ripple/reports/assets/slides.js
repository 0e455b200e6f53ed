"use strict";
if (/print-pdf/i.test(window.location.search)) {
  // A browser without a window prints as soon as the page has loaded: lay the pages out by then, not frames later.
  window.requestAnimationFrame = (step) => { step(performance.now()); return 0; };
}
const fit = (page) => {
  for (let size = 100; size > 40 && page.scrollHeight > page.clientHeight; size -= 5) {
    page.style.setProperty("--fit", size / 100);
  }
};
const fitAll = () => document.querySelectorAll(".page").forEach(fit);
const toggleNotes = () => Reveal.configure({ showNotes: !Reveal.getConfig().showNotes });
Reveal.on("ready", fitAll);
Reveal.on("slidechanged", fitAll);
Reveal.on("pdf-ready", fitAll);
Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 3, center: false, hash: true, transition: "none",
  backgroundTransition: "none", controls: true, progress: true, slideNumber: false, overview: true,
  scrollActivationWidth: null, pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, keyboard: { 83: toggleNotes },
});
