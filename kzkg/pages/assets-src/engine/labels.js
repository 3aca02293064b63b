// What things are called in the reader's language; as `kzkg/labels.py`.
import { compare, isLiteral, isThing, shrink, table } from "./terms.js";

const MOST = 800;

/** Run a SELECT of ours; the files have no default graph, so names and citations are read from `all` there. */
export function rows(asking, text, dataset) {
  return asking.graph.evaluate(text, dataset === "files" ? "all" : dataset, asking.day).rows ?? [];
}

/** Run a SELECT of ours with these IRIs in the place of `$things`, in parts when they are many. */
export function about(asking, text, iris, dataset) {
  const wanted = [...new Set(iris)].sort();
  const found = [];
  for (let start = 0; start < wanted.length; start += MOST) {
    found.push(...rows(asking, text.replaceAll("$things", () => values(wanted.slice(start, start + MOST))), dataset));
  }
  return found;
}

export function values(iris) {
  return [...iris].map((iri) => (shrink(iri) === iri ? `<${iri}>` : shrink(iri))).join(" ");
}

/** Ask for names, dates and addresses of all these things at once, and again for those without a label. */
export function describe(asking, iris, dataset) {
  const found = new Map([...iris].map((iri) => [iri, {}]));
  for (const text of [asking.texts.details, asking.texts.other_names]) {
    const waiting = [...found.keys()].filter((iri) => !Object.keys(found.get(iri)).length);
    for (const [thing, label, issued, address] of about(asking, text, waiting, dataset)) {
      if (!isThing(thing)) continue;
      const known = found.get(thing.value);
      for (const [name, value] of [["label", label], ["issued", issued], ["address", address]]) {
        if (value && value.type !== "bnode") (known[name] ??= []).push(value);
      }
    }
  }
  return found;
}

/** Give the name of a thing in the reader's language, else in the next one that has one, else its short IRI. */
export function label(iri, known, lang) {
  const order = [...new Set([lang, ...table.languages, ""])];
  const rank = (each) => (order.includes(each["xml:lang"] || "") ? order.indexOf(each["xml:lang"] || "") : order.length);
  const named = (known?.label ?? []).filter(isLiteral);
  if (!named.length) return shrink(iri);
  return named.reduce((best, each) => (rank(each) - rank(best) || compare(each.value, best.value)) < 0 ? each : best).value;
}

export function labels(asking, iris, lang, dataset = "accepted") {
  return new Map([...describe(asking, iris, dataset)].map(([iri, known]) => [iri, label(iri, known, lang)]));
}
