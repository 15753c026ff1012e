// Draws the charts and copies SQL. Without it the page is whole: every chart has its numbers as a table.
(() => {
  "use strict";
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const bytes = (value) => {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) { value /= 1024; unit += 1; }
    return (value < 10 && unit > 0 ? value.toFixed(1) : value.toFixed(0)) + " " + units[unit];
  };
  const seconds = (value) =>
    value === 0 ? "0" : value < 1 ? (value * 1000).toFixed(0) + " ms" : value < 180 ? +value.toFixed(value < 100 ? 1 : 0) + " s" : value < 7200 ? (value / 60).toFixed(0) + " min" : (value / 3600).toFixed(1) + " h";
  const axes = { count: (value) => compact.format(value), bytes, seconds };
  // Ticks stand at whole numbers of the unit.
  const powers = (base, factors) => [...Array(16).keys()].flatMap((power) => factors.map((factor) => factor * base ** power));
  const minutes = [60, 120, 300, 600, 1200, 1800];
  const steps = {
    count: powers(10, [1, 2, 5]), bytes: powers(2, [1]).concat(powers(2, [65536])),
    seconds: [...powers(10, [1, 2, 5]).slice(0, 6).map((value) => value / 1000), 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, ...minutes, ...powers(2, [3600])],
  };
  const exact = { count: (value) => whole.format(value), bytes, seconds };
  const two = (part) => String(part).padStart(2, "0");
  const clock = (at) => { const date = new Date(at * 1000); return two(date.getUTCHours()) + ":" + two(date.getUTCMinutes()); };
  const day = (at) => { const date = new Date(at * 1000); return two(date.getUTCMonth() + 1) + "-" + two(date.getUTCDate()); };

  function options(chart, width, height) {
    const long = chart.at.length > 1 && chart.at[chart.at.length - 1] - chart.at[0] > 172800;
    const axis = { stroke: css("muted"), font: "12px " + css("sans"), grid: { stroke: css("line"), width: 1 }, ticks: { show: false } };
    return {
      width, height, padding: [8, 12, 0, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      cursor: { points: { size: 7 }, drag: { x: false, y: false }, sync: { key: "time" } },
      legend: { live: true },
      scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.12 : 1] } },
      axes: [
        { ...axis, values: (_plot, at) => at.map((moment) => (long ? day(moment) : clock(moment))), grid: { show: false }, size: 28, space: 64 },
        { ...axis, values: (_plot, values) => values.map((value) => axes[chart.unit](value)), size: 64, incrs: steps[chart.unit] },
      ],
      series: [
        { label: "UTC", value: (_plot, at) => (at === null ? "–" : day(at) + " " + clock(at)) },
        ...chart.lines.map((line, index) => ({
          label: line.name, stroke: css(line.colour), width: 2, dash: index === 0 ? undefined : index === 1 ? [6, 3] : [2, 3],
          fill: line.filled ? css(line.colour) + "22" : undefined, points: { show: false }, spanGaps: false,
          value: (_plot, value) => (value === null || value === undefined ? "–" : exact[chart.unit](value)),
        })),
      ],
    };
  }

  const drawn = [];
  function draw(place) {
    const chart = JSON.parse(place.dataset.chart);
    place.replaceChildren();
    const height = matchMedia("(max-width: 640px)").matches ? 170 : 190;
    const plot = new uPlot(options(chart, place.clientWidth, height), [chart.at, ...chart.lines.map((line) => line.values)], place);
    return { place, plot, height };
  }
  const places = [...document.querySelectorAll("[data-chart]")];
  for (const place of places) drawn.push(draw(place));
  const sizes = new ResizeObserver((changes) => {
    for (const change of changes) {
      const found = drawn.find((one) => one.place === change.target);
      if (found && found.plot.width !== found.place.clientWidth) found.plot.setSize({ width: found.place.clientWidth, height: found.height });
    }
  });
  places.forEach((place) => sizes.observe(place));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    drawn.forEach((one) => one.plot.destroy());
    drawn.splice(0, drawn.length, ...places.map(draw));
  });

  async function copy(text, pre) {
    // Where the page is neither on loopback nor encrypted, browsers have no clipboard: what is to be copied is selected.
    try {
      await navigator.clipboard.writeText(text);
      return "Copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(pre);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return "Selected";
    }
  }
  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const pre = button.closest("figure").querySelector("pre");
      button.textContent = await copy(pre.textContent, pre);
      button.classList.add("copied");
      setTimeout(() => { button.textContent = "Copy"; button.classList.remove("copied"); }, 2000);
    });
  }
})();
