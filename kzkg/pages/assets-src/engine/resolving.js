// From the words that a reader typed to checked terms: names in any script, ambiguity, typing errors; `kzkg/labels.py`.
import { inexactDays, written } from "./inexact.js";
import { about, labels, rows, values } from "./labels.js";
import { typingError } from "./likeness.js";
import { EXACT, SIMILAR, SOUND, SPELLING, WORDS } from "./names.js";
import { day, expand, iri, isLiteral, isName, isThing, quoted, Refused, shrink, table, text, whole } from "./terms.js";

const SURE = 0.85;
const APART = 0.04;
const FEW = 12;

/** Turn the words for each parameter into terms, and say of each parameter what is wrong with it. */
export function resolve(asking, query, given, lang) {
  const filled = {};
  const faults = {};
  for (const [name, words] of Object.entries(given)) {
    const parameter = query.parameters.find((each) => each.name === name);
    try {
      if (!parameter) throw new Refused(`${query.name} has no parameter ${quoted(name)}`);
      filled[name] = words.map((word) => one(asking, parameter, word, lang));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      faults[name] = error.message;
    }
  }
  return { filled, faults };
}

function one(asking, parameter, word, lang) {
  const thing = ["iri", "concept", "class"].includes(parameter.type);
  if (thing && !isName(word)) return byName(asking, word, parameter, lang);
  try {
    if (parameter.type === "date") return day(word, parameter.round);
    if (parameter.type === "integer") return whole(word);
    return parameter.type === "string" ? text(word) : expand(word);
  } catch (error) {
    throw error instanceof Refused ? new Refused(`${parameter.name}: ${error.message}`) : error;
  }
}

function byName(asking, words, parameter, lang) {
  const found = find(asking, words, parameter, lang);
  if (found.length === 1) return iri(found[0].iri);
  if (found.length) {
    const listed = found.slice(0, FEW).map((each) => (each.told ? `${shrink(each.iri)} (${each.told})` : shrink(each.iri))).join(", ");
    throw new Refused(`${parameter.name}: ${quoted(words)} is the name of ${found.length} things: ${listed}${found.length > FEW ? ", …" : ""}; say which`);
  }
  return misspelt(asking, words, parameter);
}

function sortOf(parameter) {
  if (parameter.type === "class") return `${table.prefixes.owl}Class`;
  return parameter.of ? expand(parameter.of).value : null;
}

function find(asking, words, parameter, lang) {
  text(words);
  const found = best(asking.names.search(words, sortOf(parameter), false));
  if (!found.length || found[0].how > SOUND) {
    const named = byLocalName(asking, words, parameter);
    if (named.length) return named;
  }
  return found.length === 1 ? found : toldApart(asking, found, lang);
}

/** Leave what fits as well as the best, of things before terms, documents, and records about them. */
function best(found) {
  for (const hows of [[EXACT, SPELLING], [SOUND], [WORDS]]) {
    const fitting = found.filter((each) => hows.includes(each.how));
    const rank = Math.min(...fitting.map((each) => each.rank));
    if (fitting.length) return fitting.filter((each) => each.rank === rank);
  }
  return [];
}

function byLocalName(asking, words, parameter) {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(words)) return [];
  const stems = parameter.type === "class" ? ["kzkg:"] : ["id:", "v:", "kzkg:"];
  if (parameter.type === "concept" && parameter.of) stems.push(`${parameter.of}-`);
  const spelt = values(stems.map((stem) => expand(stem + words).value));
  const of = parameter.type === "class" ? "?thing a owl:Class ." : parameter.of ? `?thing ${parameter.type === "concept" ? "skos:inScheme" : "a"} <${expand(parameter.of).value}> .` : "";
  const found = rows(asking, `SELECT DISTINCT ?thing WHERE { VALUES ?thing { ${spelt} } ${of} ?thing ?property ?value }`, "all");
  return found.map(([thing]) => ({ iri: thing.value }));
}

/** Find the one thing that is meant in spite of a typing error, or say what was perhaps meant. */
function misspelt(asking, words, parameter) {
  const near = asking.names.search(words, sortOf(parameter), false);
  const meant = sure(asking, words, near);
  if (meant) return iri(meant.iri);
  const close = [...new Set(near.map((each) => each.text))].slice(0, 3);
  const what = parameter.of ? parameter.of.split(":").at(-1) + (parameter.type === "concept" ? " kind" : "") : parameter.type;
  throw new Refused(`${parameter.name}: no ${what} is called ${quoted(words)}${close.length ? `; did you mean ${close.join(" or ")}?` : ""}`);
}

function sure(asking, words, found) {
  if (!found.length || found[0].how !== SIMILAR) return null;
  const wanted = asking.names.sound(words);
  const scores = found.slice(0, 10).map((each, place) => ({ score: typingError(wanted, asking.names.sound(each.text)), each, place }));
  scores.sort((one, other) => other.score - one.score || one.place - other.place);
  const [{ score, each }] = scores;
  const second = Math.max(0, ...scores.slice(1).filter((other) => other.each.rank <= each.rank).map((other) => other.score));
  return score >= SURE && score - second >= APART ? each : null;
}

/** Say of each thing what tells it from the others: its kind, its place, the first of its days. */
function toldApart(asking, matches, lang) {
  const known = new Map(matches.map((each) => [each.iri, { kind: new Set(), place: new Set(), days: [] }]));
  for (const [thing, kind, place, when, record] of about(asking, asking.texts.telling, known.keys(), "all")) {
    const facts = isThing(thing) && known.get(thing.value);
    if (!facts) continue;
    if (isThing(kind)) facts.kind.add(kind.value);
    if (isThing(place)) facts.place.add(place.value);
    if (isLiteral(when) && isThing(record)) facts.days.push([when.value, record.value]);
  }
  const called = labels(asking, new Set([...known.values()].flatMap((facts) => [...facts.kind, ...facts.place])), lang, "all");
  return matches.map((each) => {
    const { kind, place, days } = known.get(each.iri);
    const names = (iris) => [...iris].map((of) => called.get(of)).sort();
    const parts = [names(kind).join(", "), names(place)[0] ?? "", firstDay(asking, days, lang)];
    return { iri: each.iri, told: parts.filter(Boolean).join(", ") };
  });
}

function firstDay(asking, days, lang) {
  const first = days.sort((one, other) => (one.join() < other.join() ? -1 : 1))[0];
  if (!first) return "";
  const known = first[0].length === 10 ? inexactDays(asking, new Set([first[0]]), "all").get(first[1])?.get(first[0]) : null;
  return (known && written(first[0], known, lang)) || first[0];
}
