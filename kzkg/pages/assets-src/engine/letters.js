// The library of transliterations, for letters that the index of names does not know.
import anyAscii from "any-ascii";

globalThis.kzkgLetters = anyAscii;
