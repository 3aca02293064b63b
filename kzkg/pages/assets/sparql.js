// The SPARQL page: an editor in the place of the plain field, answers with names, as a table, a chart or a map.
// Who answers is exchangeable: the endpoint of a server, or in a folder without one the store in the page.

const settings = JSON.parse(document.getElementById("settings").textContent);
const field = document.getElementById("query");
const form = document.getElementById("editor");
const output = document.getElementById("output");
const status = document.getElementById("status");
const stop = document.getElementById("stop");
const share = document.getElementById("share");
const SVG = "http://www.w3.org/2000/svg";
const MOST = 1000;
let backend = null;
let editor = null;
let running = null;

function make(name, told = {}, ...children) {
  const found = told.svg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(told)) if (key !== "svg") found.setAttribute(key, value);
  found.append(...children);
  return found;
}

function address(iri) {
  for (const [space, page] of settings.pages) {
    if (iri.startsWith(space) && iri.length > space.length) return page.replace("~", encodeURIComponent(iri.slice(space.length)));
  }
  return /^https?:\/\/[^\s<>"`]+$/.test(iri) ? iri : "";
}

function short(iri) {
  for (const [prefix, space] of Object.entries(settings.prefixes)) {
    if (iri.startsWith(space) && /^[\w.-]+$/.test(iri.slice(space.length))) return `${prefix}:${iri.slice(space.length)}`;
  }
  return iri;
}

async function post(query, accept, signal) {
  const answer = await fetch(settings.endpoint, {
    method: "POST", signal, headers: { Accept: accept, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ query }),
  });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.detail || `${answer.status} ${answer.statusText}`);
  }
  return answer;
}

/** The endpoint of a server. */
const server = {
  async ask(query, signal) {
    const answer = await post(query, "application/sparql-results+json, text/turtle;q=0.9", signal);
    const graph = (answer.headers.get("content-type") || "").startsWith("text/turtle");
    return graph ? { statements: await answer.text() } : answer.json();
  },
  async rows(query, signal) {
    return (await (await post(query, "application/sparql-results+json", signal)).json()).results.bindings;
  },
  take: (query, form) => location.assign(`${settings.endpoint}?${new URLSearchParams({ query, f: form })}`),
  link(query) {
    const at = new URL(settings.page, location.href);
    at.searchParams.set("query", query);
    return at.href;
  },
  editor: () => import(settings.editor),
};

async function names(iris, signal) {
  const found = new Map();
  const wanted = iris.filter((iri) => iri.startsWith("https://w3id.org/kzkg/")).slice(0, 600);
  if (!wanted.length) return found;
  const order = [settings.lang, "en", "ru", "kk", ""];
  const values = wanted.map((iri) => `<${iri}>`).join(" ");
  const text = `SELECT ?t ?l WHERE { VALUES ?t { ${values} } ?t skos:prefLabel|rdfs:label|kzkg:name|dcterms:title ?l }`;
  const best = new Map();
  for (const { t, l } of await backend.rows(text, signal)) {
    const rank = order.indexOf(l["xml:lang"] || "");
    if (!best.has(t.value) || rank < best.get(t.value)) {
      best.set(t.value, rank);
      found.set(t.value, l.value);
    }
  }
  return found;
}

function cell(term, called) {
  if (!term) return make("td");
  if (term.type === "uri") {
    const text = called.get(term.value) || short(term.value);
    const href = address(term.value);
    return make("td", {}, href ? make("a", { href }, text) : text);
  }
  const number = /#(integer|decimal|double|float)$/.test(term.datatype || "");
  const told = number ? { class: "number" } : {};
  if (term["xml:lang"]) told.lang = term["xml:lang"];
  return make("td", told, term.value);
}

function table(answer) {
  const head = make("tr", {}, ...answer.variables.map((name) => make("th", { scope: "col" }, name)));
  const rows = answer.rows.slice(0, MOST).map((row) => make("tr", {}, ...answer.variables.map((name) => cell(row[name], answer.called))));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

function numeric(answer) {
  return answer.variables.find((name) => answer.rows.some((row) => row[name]) && answer.rows.every((row) => !row[name] || (row[name].type === "literal" && row[name].value !== "" && isFinite(row[name].value))));
}

function chart(answer) {
  const value = numeric(answer);
  if (!value) return make("p", {}, settings.words.nochart);
  const label = answer.variables.find((name) => name !== value) || value;
  const rows = answer.rows.filter((row) => row[value]).slice(0, 60);
  const most = Math.max(...rows.map((row) => Math.abs(Number(row[value].value))), 1);
  const drawn = make("svg", { svg: 1, viewBox: `0 0 900 ${rows.length * 26 + 6}`, role: "img", "aria-label": settings.words.chart, class: "plot" });
  rows.forEach((row, place) => {
    const term = row[label];
    const name = term ? answer.called.get(term.value) || (term.type === "uri" ? short(term.value) : term.value) : "";
    const wide = (Math.abs(Number(row[value].value)) / most) * 480;
    drawn.append(
      make("text", { svg: 1, x: 335, y: place * 26 + 18, "text-anchor": "end" }, name.length > 46 ? `${name.slice(0, 45)}…` : name),
      make("rect", { svg: 1, x: 345, y: place * 26 + 5, width: wide, height: 17 }),
      make("text", { svg: 1, x: 350 + wide, y: place * 26 + 18 }, row[value].value),
    );
  });
  return make("figure", {}, drawn);
}

function onPaper(longitude, latitude) {
  const { size, left, top, south, north, middle } = settings.projection;
  const rad = Math.PI / 180;
  const n = (Math.sin(south * rad) + Math.sin(north * rad)) / 2;
  const c = Math.cos(south * rad) ** 2 + 2 * n * Math.sin(south * rad);
  const far = Math.sqrt(Math.max(c - 2 * n * Math.sin(latitude * rad), 0)) / n;
  const angle = n * (longitude - middle) * rad;
  return [far * Math.sin(angle) * size + left, far * Math.cos(angle) * size + top];
}

async function map(answer, signal) {
  const things = [...new Set(answer.rows.flatMap((row) => Object.values(row)).filter((term) => term.type === "uri" && term.value.startsWith("https://w3id.org/kzkg/id/")).map((term) => term.value))].slice(0, 600);
  const none = make("p", {}, settings.words.nomap);
  if (!things.length) return none;
  const text = `SELECT DISTINCT ?p ?a ?o WHERE { VALUES ?t { ${things.map((iri) => `<${iri}>`).join(" ")} } { ?t a kzkg:Place BIND (?t AS ?p) } UNION { ?t kzkg:place ?p } ?p kzkg:latitude ?a ; kzkg:longitude ?o }`;
  const found = await backend.rows(text, signal);
  if (!found.length) return none;
  const called = await names([...new Set(found.map((row) => row.p.value))], signal);
  const { width, height } = settings.projection;
  const drawn = make("svg", { svg: 1, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": settings.words.map }, make("image", { svg: 1, href: settings.map, width, height }));
  for (const { p, a, o } of found) {
    const [x, y] = onPaper(Number(o.value), Number(a.value));
    drawn.append(make("circle", { svg: 1, class: "mark", cx: x, cy: y, r: 7 }), make("text", { svg: 1, x: x + 11, y: y + 5 }, called.get(p.value) || short(p.value)));
  }
  return make("figure", { class: "chart" }, drawn);
}

function tabs(answer) {
  const views = { table: () => answer.table?.() ?? table(answer), chart: () => chart(answer), map: () => map(answer, running?.signal) };
  const bar = document.getElementById("tabs");
  bar.replaceChildren(...Object.keys(views).map((name) => {
    const button = make("button", { type: "button", "aria-pressed": String(name === "table") }, settings.words[name]);
    button.addEventListener("click", async () => {
      for (const each of bar.children) each.setAttribute("aria-pressed", String(each === button));
      output.replaceChildren(await views[name]());
    });
    return button;
  }));
  output.replaceChildren(views.table());
}

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  for (const each of document.querySelectorAll("#given, #given + .sources, #result + .sources")) each.remove();
  document.getElementById("result").hidden = false;
  stop.hidden = false;
  status.className = "";
  status.textContent = settings.words.running;
  document.getElementById("tabs").replaceChildren();
  output.replaceChildren();
  try {
    const told = await backend.ask(field.value, mine.signal, (part) => { if (running === mine && !mine.signal.aborted) loading(part); });
    if ("statements" in told) {
      output.replaceChildren(make("pre", { tabindex: "0" }, make("code", {}, told.statements)));
      status.textContent = "";
      return;
    }
    if ("boolean" in told) {
      status.textContent = String(told.boolean);
      return;
    }
    const rows = told.results.bindings;
    const iris = new Set(rows.slice(0, MOST).flatMap((row) => Object.values(row)).filter((term) => term.type === "uri").map((term) => term.value));
    tabs({ variables: told.head.vars, rows, table: told.table, called: told.called ?? (await names([...iris], mine.signal)) });
    if (told.sources) document.getElementById("result").after(told.sources);
    const total = told.total ?? rows.length;
    status.textContent = `${total} ${settings.words.rows}${total > MOST ? ` (${MOST})` : ""}`;
  } catch (error) {
    if (error.name === "AbortError") status.textContent = "";
    else {
      status.className = "fault";
      status.textContent = `${settings.words.failed}: ${error.message}`;
    }
  } finally {
    if (running === mine) stop.hidden = true;
  }
}

/** Show how much of what has to be loaded is there. */
function loading(part) {
  if (part < 1) status.replaceChildren(`${settings.words.loading} `, make("progress", { value: part, max: 1, "aria-label": settings.words.loading }));
  else status.textContent = settings.words.running;
}

function changed(text) {
  field.value = text;
  share.value = backend.link(text);
}

export async function begin(answering) {
  backend = answering;
  for (const each of document.querySelectorAll(".only-script")) each.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = document.getElementById("format").value;
    if (wanted) backend.take(field.value, wanted);
    else run();
  });
  field.addEventListener("input", () => changed(field.value));
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
  stop.addEventListener("click", () => running?.abort());
  document.getElementById("examples").addEventListener("change", (event) => {
    const text = settings.queries[event.target.value];
    if (!text) return;
    if (editor) editor.set(text);
    else changed((field.value = text));
  });
  const given = backend.given?.();
  changed(given || field.value);
  if (given) run();
  try {
    const { edit } = await backend.editor();
    const host = make("div", { class: "code-editor" });
    field.after(host);
    editor = edit({ host, text: field.value, label: field.labels[0].textContent, terms: settings.terms, prefixes: settings.prefixes, changed, run });
    field.hidden = true;
    field.labels[0].addEventListener("click", () => editor.focus());
  } catch {
    // The editor is not installed here: the plain field does.
    field.hidden = false;
  }
}

if (!("still" in document.documentElement.dataset)) begin(server);
