// The store's WASM build with the graphs of the data in it, and the one door to SPARQL; as `kzkg/store/`.
import { initSync, namedNode, Store } from "oxigraph/web.js";
import * as guard from "./guard.js";
import { BASE, quoted, Refused, table } from "./terms.js";

const VIEWS = ["accepted", "all"];
const STAR = /^(?:(?!\bSELECT\b).)*?\bSELECT\s*(?:(?:DISTINCT|REDUCED)\s*)?[*]/is;
const FILES = { csv: "csv", tsv: "tsv", srj: "json", srx: "xml", ttl: "ttl" };
const NODES = "SELECT ?n { VALUES ?class { kzkg:Record kzkg:Source kzkg:Citation kzkg:DefinitionElement } ?n a ?class }";

export class Graph {
  constructor(module, quads, told) {
    initSync({ module });
    this.told = told;
    this.store = new Store();
    this.add(quads);
    this.layered = false;
    this.graphs = told.graphs.map(namedNode);
    this.files = new Map();
  }

  add(quads) {
    this.store.load(new Uint8Array(quads), { format: "nq", lenient: true, no_transaction: true });
  }

  /** Ask a query of the dataset `accepted`, `all` or `files`, as of today or as known by a day. */
  evaluate(text, dataset = "accepted", day = "") {
    const rest = guard.checked(text);
    const [store, chosen] = this.place(rest, dataset, day);
    const kind = guard.form(rest);
    const format = kind === "SELECT" || kind === "ASK" ? "json" : "nt";
    const answer = this.ask(store, text, { ...chosen, results_format: format });
    if (format === "nt") return { statements: answer.split("\n").filter(Boolean).sort() };
    const read = JSON.parse(answer);
    if ("boolean" in read) return { boolean: read.boolean };
    return solutions(text, rest, read);
  }

  /** Ask a query and write its answer in a format for rows, or for a graph. */
  file(text, form) {
    const rest = guard.checked(text);
    const rows = ["SELECT", "ASK"].includes(guard.form(rest));
    if (rows !== (form !== "ttl")) throw new Refused(rows ? "Turtle holds a graph and no rows: choose CSV, TSV, JSON or XML" : "this query gives a graph: choose Turtle");
    const [store, chosen] = this.place(rest, "accepted", "");
    return this.ask(store, text, { ...chosen, results_format: FILES[form] });
  }

  ask(store, text, options) {
    const before = prologue(text);
    try {
      return store.query(before + text, options);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      throw new Refused(syntax(text, before.length, String(error.message ?? error)));
    }
  }

  place(rest, dataset, day) {
    if (/\bFROM\b/i.test(rest)) {
      if (day) throw new Refused("FROM chooses graphs of its own and cannot be asked as known by a day");
      return [this.store, {}];
    }
    const default_graph = this.defaults(dataset, day).map(namedNode);
    if (!/graph/i.test(rest)) return [this.store, { default_graph }];
    if (day) return [this.past(day), { default_graph, named_graphs: this.graphs }];
    return [this.store, { default_graph, named_graphs: this.graphs }];
  }

  /** Give the graphs whose union is a view: one today, for an earlier day one at each level of a tree over the days. */
  defaults(dataset, day) {
    if (!VIEWS.includes(dataset)) return [];
    const space = table.prefixes.g;
    if (!day) return [space + dataset];
    const { days, size, layers } = this.told.known;
    const bit = days.filter((each) => each <= day).length;
    const wanted = ["both", dataset].flatMap((kind) => path(bit, size).map(([low, high]) => `${space}known-by/${kind}-${low}-${high}`));
    const there = new Set(layers);
    return wanted.filter((name) => there.has(name));
  }

  /** Give a store whose named graphs, too, hold only what was known by the day. */
  past(day) {
    if (!this.files.has(day)) {
      const gone = this.gone(day);
      const past = new Store();
      for (const graph of this.graphs) {
        for (const quad of this.store.match(null, null, null, graph)) {
          if (!gone.has(quad.subject.value) && !gone.has(quad.object.value)) past.add(quad);
        }
      }
      for (const name of new Set([...this.defaults("accepted", day), ...this.defaults("all", day)])) {
        for (const quad of this.store.match(null, null, null, namedNode(name))) past.add(quad);
      }
      this.files.clear();
      this.files.set(day, past);
    }
    return this.files.get(day);
  }

  gone(day) {
    const found = ["", day].map((each) => {
      const read = JSON.parse(this.ask(this.store, NODES, { default_graph: this.defaults("all", each).map(namedNode), results_format: "json" }));
      return read.results.bindings.map((row) => row.n.value);
    });
    const then = new Set(found[1]);
    return new Set(found[0].filter((node) => !then.has(node)));
  }

  /** Tell whether a thing has a page: the subject of a statement, a file, and the three lists of our terms. */
  describes(iri) {
    if (this.told.graphs.includes(iri) || ["ns", "vocab", "shapes"].some((name) => iri === BASE + name)) return true;
    return this.store.match(namedNode(iri), null, null, namedNode(`${table.prefixes.g}all`)).length > 0;
  }
}

function path(bit, size) {
  let [low, high] = [0, size];
  const found = [[low, high]];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    [low, high] = bit < middle ? [low, middle] : [middle, high];
    found.push([low, high]);
  }
  return found;
}

/** Declare the prefixes that may occur in a text, before its first line, so that its lines keep their numbers. */
function prologue(text) {
  return Object.entries(table.prefixes)
    .filter(([prefix]) => text.includes(`${prefix}:`))
    .map(([prefix, space]) => `PREFIX ${prefix}: <${space}> `)
    .join("");
}

function solutions(text, rest, read) {
  let names = read.head.vars;
  if (STAR.test(rest)) {
    const seen = [...new Set([...text.matchAll(/[?$]([\p{L}\p{N}_]+)/gu)].map((found) => found[1]))];
    names = [...names].sort((one, other) => seen.indexOf(one) - seen.indexOf(other));
  }
  return { variables: names, rows: read.results.bindings.map((row) => names.map((name) => plain(row[name]))) };
}

function plain(term) {
  if (!term) return null;
  return term.type === "triple" ? { type: "literal", value: JSON.stringify(term.value) } : term;
}

/** Make one line of the parser's message, which lists every token that might have come next. */
function syntax(text, shift, message) {
  const place = /^error at (\d+):(\d+): (.*)/s.exec(message);
  if (!place) return `the query cannot be evaluated: ${message.split(/\s+/).join(" ").slice(0, 200)}`;
  const line = Number(place[1]);
  const column = Number(place[2]) - (line === 1 ? shift : 0);
  const here = text.split("\n")[line - 1] ?? "";
  if (place[3].includes("Prefix not found")) {
    const before = [...here.slice(0, column - 1).matchAll(/([\w.-]*):[^\s:]*$/g)];
    const prefix = before.length ? before : [...here.matchAll(/([\w.-]*):/g)];
    return `the query uses the unknown prefix ${prefix.at(-1)?.[1] ?? ""}: at ${line}:${column}`;
  }
  const rest = here.slice(column - 1).trim();
  const near = rest ? `unexpected ${quoted(rest.slice(0, 30))}` : "unexpected end of the line";
  const expected = place[3].startsWith("expected one of") ? "" : `, ${place[3].trim().split(/\s+/).join(" ")}`;
  return `the query has a syntax error at ${line}:${column}: ${near}${expected.length < 60 ? expected : ""}`;
}
