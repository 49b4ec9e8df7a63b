// Draws the charts of a page. The figures come from the server as JSON; here they only take on
// the colours of the theme, and answer clicks and keys. Without this script every table remains.
"use strict";
(() => {
  const { plotly, sheet } = document.currentScript.dataset;
  const config = { displayModeBar: false, responsive: true, doubleClick: false, showTips: false };
  const paper = { width: 660, height: 310 }; // A4 between its margins in CSS pixels; print.css has the same
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const probe = document.createElement("span");
  const speaker = document.createElement("p");
  const plots = [];

  // A colour as the theme, or one scheme of it, gives it now.
  function colour(name, scheme) {
    probe.style.colorScheme = scheme;
    probe.style.color = name;
    return getComputedStyle(probe).color;
  }

  function coloured(value, scheme) {
    if (Array.isArray(value)) return value.map((part) => coloured(part, scheme));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, coloured(part, scheme)]));
    }
    return typeof value === "string" && value.startsWith("var(--") ? colour(value, scheme) : value;
  }

  function figureOf(plot, scheme = "") {
    const figure = coloured(JSON.parse(document.getElementById(plot.dataset.figure).textContent), scheme);
    figure.layout.font.family = getComputedStyle(document.body).fontFamily;
    return figure;
  }

  // The legend stands at the foot of the plot; the days above it need its height below them.
  async function paint(plot, figure, how) {
    const painted = Plotly.react(plot, figure.data, figure.layout, how);
    if (!plot.querySelector(".legend")) await painted;
    const legend = plot.querySelector(".legend");
    if (legend) return Plotly.relayout(plot, { "margin.b": 32 + legend.getBBox().height });
  }

  function draw(plot) {
    const figure = figureOf(plot);
    const narrow = plot.clientWidth < 420;
    if (narrow && figure.layout.xaxis.type === "date") figure.layout.xaxis.nticks = 4;
    return paint(plot, figure, config);
  }

  // Paper is light whatever the screen is, and has its own width.
  function drawOnPaper(plot) {
    const figure = figureOf(plot, "light");
    figure.layout = { ...figure.layout, autosize: false, ...paper };
    paint(plot, figure, { ...config, responsive: false });
  }

  // The agencies behind a point: a list, or the row of the table that names them.
  function open(address) {
    if (!address.startsWith("#")) return location.assign(address);
    const row = document.getElementById(address.slice(1));
    row.closest("details").open = true;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }

  function point(plot, place) {
    return plot.data[place.line].customdata[place.number];
  }

  function moved(plot, place, key) {
    const lines = plot.data.length;
    const line = { ArrowUp: 1, ArrowDown: lines - 1 }[key] || 0;
    const next = (place.line + line) % lines;
    const last = plot.data[next].customdata.length - 1;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -last, End: last }[key] || 0;
    return { line: next, number: Math.min(Math.max(place.number + step, 0), last) };
  }

  function show(plot, place) {
    Plotly.Fx.hover(plot, [{ curveNumber: place.line, pointNumber: place.number }]);
    speaker.textContent = point(plot, place)[1];
  }

  function listenToKeys(plot) {
    let place = null;
    const start = { line: 0, number: plot.data[0].customdata.length - 1 };
    plot.addEventListener("keydown", (event) => {
      const moves = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
      if (moves.includes(event.key)) {
        event.preventDefault();
        place = place ? moved(plot, place, event.key) : start;
        show(plot, place);
      } else if (event.key === "Enter" && place) {
        open(point(plot, place)[0]);
      } else if (event.key === "Escape") {
        Plotly.Fx.unhover(plot);
        place = null;
      }
    });
    plot.addEventListener("blur", () => Plotly.Fx.unhover(plot));
  }

  function makeUsable(plot) {
    plot.closest(".chart").classList.add("chart--drawn");
    plot.on("plotly_click", (event) => open(event.points[0].customdata[0]));
    if (!plot.data.some((line) => line.customdata.length)) return;
    plot.tabIndex = 0;
    plot.setAttribute("role", "application");
    plot.setAttribute("aria-description", plot.dataset.keys);
    listenToKeys(plot);
  }

  // Outside the site a picture must say by itself what it shows, of when, and from which data.
  function save(button) {
    const plot = plots.find((one) => one.dataset.figure === button.dataset.of);
    const figure = figureOf(plot, "light");
    const finding = document.getElementById(plot.getAttribute("aria-labelledby")).textContent;
    figure.layout.title = {
      text: finding,
      font: { size: 22, weight: 700, color: colour("var(--ink)", "light") },
      subtitle: { text: plot.dataset.subject, font: { size: 14 } },
      x: 0.02, xanchor: "left", y: 0.96, yanchor: "top",
    };
    figure.layout.annotations = [...(figure.layout.annotations || []), {
      text: plot.dataset.source.replaceAll("; ", "<br>"), showarrow: false, font: { size: 11 }, align: "left",
      xref: "paper", yref: "paper", x: 0, xanchor: "left", y: 0, yanchor: "top", yshift: -64,
    }];
    figure.layout.legend = { ...figure.layout.legend, yref: "paper", y: -0.09, yanchor: "top" };
    figure.layout.margin = { ...figure.layout.margin, t: 120, b: 125, r: 70 };
    const size = { width: 1100, height: 640, scale: button.dataset.download === "png" ? 2 : 1 };
    const filename = `htqlcl-${plot.dataset.figure.replace("-figure", "")}`;
    Plotly.downloadImage(figure, { format: button.dataset.download, filename, ...size });
  }

  async function drawAll() {
    for (const plot of plots) {
      await draw(plot);
      makeUsable(plot);
    }
    dark.addEventListener("change", () => plots.forEach(draw));
    addEventListener("beforeprint", () => plots.forEach(drawOnPaper));
    addEventListener("afterprint", () => plots.forEach(draw));
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-download]");
      if (button) save(button);
    });
  }

  function fetchPlotly() {
    plots.push(...document.querySelectorAll("[data-figure]"));
    if (!plots.length) return;
    probe.hidden = true;
    speaker.className = "unseen";
    speaker.setAttribute("role", "status");
    document.body.append(probe, speaker);
    // Its rules go into a sheet of our own, which must be there when it begins.
    const rules = Object.assign(document.createElement("link"), { id: "plotly.js-style-global", rel: "stylesheet", href: sheet });
    const script = Object.assign(document.createElement("script"), { src: plotly });
    rules.addEventListener("load", () => document.head.append(script));
    script.addEventListener("load", drawAll);
    document.head.append(rules);
  }

  // Once the page has been painted, has all that it needs and is at rest, the large script disturbs
  // nobody any more. A page that is not painted (a tab in the background) fetches it after a while
  // all the same.
  let asked = false;
  const fetchOnce = () => {
    if (!asked) fetchPlotly();
    asked = true;
  };
  const atRest = () => (window.requestIdleCallback ? requestIdleCallback(fetchOnce, { timeout: 1000 }) : fetchOnce());
  const painted = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      if (list.getEntriesByName("first-contentful-paint").length) resolve();
    }).observe({ type: "paint", buffered: true });
  });
  const loaded = new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else addEventListener("load", resolve);
  });
  Promise.all([painted, loaded]).then(atRest);
  loaded.then(() => setTimeout(fetchOnce, 4000));
})();
