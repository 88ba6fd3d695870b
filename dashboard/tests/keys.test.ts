import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyReader } from "../src/keys/reader.js";

const press = (key: string, at: number, more = {}) => ({
  key,
  at,
  chorded: false,
  writing: false,
  ...more,
});

test("one key is one command", () => {
  assert.equal(new KeyReader().read(press("j", 0)), "j");
});

test("g waits for a letter, and not for long", () => {
  const keys = new KeyReader();
  assert.equal(keys.read(press("g", 0)), undefined);
  assert.equal(keys.read(press("a", 500)), "g a");
  assert.equal(keys.read(press("a", 600)), "a");
  assert.equal(keys.read(press("g", 1000)), undefined);
  assert.equal(keys.read(press("a", 3000)), "a");
});

test("who writes is left alone, but can leave", () => {
  const keys = new KeyReader();
  assert.equal(keys.read(press("j", 0, { writing: true })), undefined);
  assert.equal(keys.read(press("Escape", 0, { writing: true })), "Escape");
});

test("the browser's own chords are left alone", () => {
  assert.equal(new KeyReader().read(press("f", 0, { chorded: true })), undefined);
});
