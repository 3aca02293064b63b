// The query field as an editor: SPARQL is coloured, prefixes, classes, properties and concepts are completed.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const WORDS = (
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION VALUES BIND GRAPH MINUS ORDER BY GROUP BY HAVING LIMIT OFFSET " +
  "CONSTRUCT DESCRIBE ASK EXISTS NOT IN COUNT SUM MIN MAX AVG GROUP_CONCAT SAMPLE BOUND IF COALESCE STR LANG LCASE " +
  "CONTAINS STRSTARTS REGEX YEAR UNDEF"
).split(" ");

// Colours come from the page's own variables, which reach into the shadow tree, so light and dark follow the reader.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.atom, tags.special(tags.variableName)], color: "var(--warn)" },
  { tag: tags.variableName, color: "var(--warn)" },
  { tag: [tags.string, tags.literal], color: "var(--good)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.meta, color: "var(--visited)" },
]);

const look = EditorView.theme({
  "&": { fontSize: ".92rem", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "17rem", maxHeight: "40rem" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 35%, transparent)",
  },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--quiet)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "inherit", opacity: ".8" },
});

const KINDS = { class: "class", property: "property", concept: "constant" };

function completer(terms, prefixes) {
  const named = terms.map(([label, kind, detail]) => ({ label, type: KINDS[kind], detail }));
  const spaces = Object.keys(prefixes).map((each) => ({ label: `${each}:`, type: "namespace", detail: prefixes[each] }));
  const words = WORDS.map((label) => ({ label, type: "keyword" }));
  return (context) => {
    const word = context.matchBefore(/[?$]?[\w-]*:?[\w-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    if (/^[?$]/.test(word.text)) {
      const found = new Set(context.state.doc.toString().match(/[?$]\w+/g) || []);
      found.delete(word.text);
      return { from: word.from, options: [...found].map((label) => ({ label, type: "variable" })) };
    }
    return { from: word.from, options: word.text.includes(":") ? named : [...named, ...spaces, ...words], validFor: /^[\w-]*:?[\w-]*$/ };
  };
}

export function edit({ host, text, label, terms, prefixes, changed, run }) {
  // Inside a shadow tree the editor adopts its style sheet, which a strict policy allows; a style element it would not.
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(),
        StreamLanguage.define(sparql), syntaxHighlighting(colours), look, EditorView.lineWrapping,
        autocompletion({ override: [completer(terms, prefixes)], icons: false }),
        EditorView.contentAttributes.of({ "aria-label": label, id: "cm-content" }),
        keymap.of([
          { key: "Mod-Enter", run: () => { run(); return true; } },
          ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
  return {
    set(content) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: content } }); },
    focus() { view.focus(); },
  };
}
