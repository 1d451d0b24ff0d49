// What runs inside the sandbox for JavaScript: one request in, one answer out (docs/design/sandbox.md).

import fs from "node:fs";
import module from "node:module";
import util from "node:util";
import vm from "node:vm";

const ANSWER = 3;
// The host reads 8 MiB and no more; a longer answer would be half a line of JSON.
const LONGEST_ANSWER = 7 << 20;
const LONGEST_TEXT = 1 << 20;
const exit = process.reallyExit.bind(process);
let hasAnswered = false;

class SchemaError extends Error {}

class Exit extends Error {
  constructor(code) {
    super(`the code ended itself with process.exit(${code ?? ""})`);
    this.name = "Exit";
    this.code = code ?? 0;
  }
}

// The request and the answer

function readRequest() {
  const parts = [];
  const part = Buffer.alloc(1 << 16);
  for (;;) {
    let length = 0;
    try {
      length = fs.readSync(0, part);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      throw error;
    }
    parts.push(Buffer.from(part.subarray(0, length)));
    if (length === 0 || part[length - 1] === 10) break;
  }
  fs.closeSync(0);
  fs.openSync("/dev/null"); // takes the lowest number, which is 0
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

function encoded(answer) {
  let text = JSON.stringify(answer);
  if (text.length > LONGEST_ANSWER / 3 && Buffer.byteLength(text) > LONGEST_ANSWER) {
    const short = {};
    for (const [name, member] of Object.entries(answer)) {
      if (name === "value") continue;
      const isLong = typeof member === "string" && member.length > LONGEST_TEXT;
      short[name] = isLong ? member.slice(0, LONGEST_TEXT) + "… [cut: the result is too long]" : member;
    }
    text = JSON.stringify(short);
  }
  return Buffer.from(text + "\n");
}

function send(answer) {
  if (hasAnswered) return;
  hasAnswered = true;
  let data = encoded(answer);
  while (data.length > 0) {
    try {
      data = data.subarray(fs.writeSync(ANSWER, data));
    } catch (error) {
      if (error.code !== "EAGAIN") break;
    }
  }
  // Timers and sockets that the code left behind do not keep the call waiting.
  exit(0);
}

// Values and failures

function result(value, isScript) {
  if (isScript && value === undefined) return { ok: true, text: "", value: null };
  const answer = { ok: true, text: shown(value) };
  const json = jsonForm(value);
  if (json !== undefined) answer.value = json;
  return answer;
}

function jsonForm(value) {
  if (value === undefined) return null;
  try {
    const text = JSON.stringify(value, (_, member) => {
      if (member instanceof Map) return Object.fromEntries(member);
      if (member instanceof Set) return [...member];
      return member;
    });
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined; // A BigInt, or something that contains itself: there is no JSON of it.
  }
}

function shown(value) {
  if (typeof value === "string") return value;
  const isPlain = value !== null && typeof value === "object";
  const json = isPlain ? jsonForm(value) : undefined;
  return json === undefined ? util.inspect(value, { depth: 6 }) : JSON.stringify(json);
}

function failure(error, name) {
  const isError = error instanceof Error || (error && typeof error.stack === "string");
  if (!isError) return { ok: false, kind: "Error", message: shown(error), traceback: "" };
  const place = `<${name ?? "script"}>`;
  const lines = String(error.stack).replaceAll(/data:text\/javascript;base64,[\w+/=]*/g, place).split("\n");
  const kept = lines.filter((line) => !/^\s+at .*(node:|file:|runner\.mjs|\[eval|data:)/.test(line));
  const answer = {
    ok: false,
    kind: error.name || error.constructor?.name || "Error",
    message: String(error.message).slice(0, 100_000),
    traceback: kept.join("\n") + "\n",
  };
  const line = kept.join("\n").match(new RegExp(`${place.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:(\\d+)`));
  if (line) answer.line = Number(line[1]);
  return answer;
}

// The source

function withoutTypes(source) {
  if (!module.stripTypeScriptTypes) {
    throw new Error(
      `TypeScript needs Node 22.13 or newer; here is ${process.version}. Write the tool in JavaScript, or ask the ` +
        "operator for a newer Node.",
    );
  }
  try {
    return module.stripTypeScriptTypes(source); // keeps every line where it is
  } catch (error) {
    if (error.code !== "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") throw error;
    return module.stripTypeScriptTypes(source, { mode: "transform" });
  }
}

const FUNCTION = String.raw`(?:async\s+)?function\s*\*?\s*([\w$]+)`;
const CONSTANT = String.raw`(?:const|let|var)\s+([\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\([^]*?\)\s*=>|[\w$]+\s*=>)`;
const DECLARED = new RegExp(String.raw`^(?:export\s+)?(?:default\s+)?(?:${FUNCTION}|${CONSTANT})`, "gm");

// The names of the functions that stand at the beginning of a line.
function declared(source) {
  return [...source.matchAll(DECLARED)].map((found) => found[1] ?? found[2]);
}

const isModule = (source) => /^\s*(?:import\b(?!\s*\()|export\b)/m.test(source);

function atHand() {
  globalThis.require = module.createRequire(process.cwd() + "/");
  globalThis.client = null;
}

// The functions of a source by their names.
async function load(source, name) {
  const names = [...new Set(declared(source))];
  const last = names.map((each) => `${JSON.stringify(each)}: typeof ${each} === "undefined" ? undefined : ${each}`);
  if (!isModule(source)) {
    try {
      const options = { filename: `<${name}>`, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER };
      const code = vm.compileFunction(`${source}\n;return {${last.join(", ")}};`, ["exports", "module"], options);
      const holder = { exports: {} };
      const functions = code.call(globalThis, holder.exports, holder);
      const exported = typeof holder.exports === "function" ? { [name]: holder.exports } : holder.exports;
      return { ...functions, ...exported };
    } catch (error) {
      if (!(error instanceof SyntaxError) || !/await/.test(error.message)) throw error;
    }
  }
  const text = `${source}\n;export const __functions = {${last.join(", ")}};`;
  const loaded = await import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
  const { __functions, ...exported } = loaded;
  return { ...__functions, ...exported };
}

function parameters(code) {
  const text = code.toString().replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
  const bare = text.match(/^(?:async\s+)?([\w$]+)\s*=>/);
  if (bare) return [bare[1]];
  const start = text.indexOf("(") + 1;
  const found = [];
  let depth = 0;
  let from = start;
  for (let index = start; index < text.length; index += 1) {
    const sign = text[index];
    if ("([{".includes(sign)) depth += 1;
    if ((sign === "," || sign === ")") && depth === 0) {
      found.push(text.slice(from, index).trim());
      from = index + 1;
      if (sign === ")") break;
    }
    if (")]}".includes(sign)) depth -= 1;
  }
  return found.filter(Boolean).map((part) => part.split("=")[0].trim());
}

// By the names of the parameters; one that takes them as an object gets them so.
function bound(code, given, request) {
  const names = parameters(code);
  if (names.length === 1 && (names[0].startsWith("{") || (!(names[0] in given) && Object.keys(given).length > 0))) {
    return [given];
  }
  if (!names.some((name) => name in given) && Object.keys(given).length > 0) return Object.values(given);
  return names.map((name) => (name === "agent_state" && !(name in given) ? request.agent_state : given[name]));
}

async function callFunction(source, name, request) {
  const functions = await load(source, name);
  const last = declared(source).reverse().find((each) => typeof functions[each] === "function");
  const code = [functions[name], functions[last], functions.default].find((each) => typeof each === "function");
  if (!code) throw new ReferenceError(`The source defines no function named '${name}'.`);
  return await code(...bound(code, request.arguments ?? {}, request));
}

async function runScript(source) {
  if (!isModule(source)) {
    try {
      const options = { filename: "<script>", importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER };
      return await new vm.Script(source, options).runInThisContext();
    } catch (error) {
      // `await` outside of functions is for modules, whose last expression nobody is told.
      if (!(error instanceof SyntaxError) || !/await/.test(error.message)) throw error;
    }
  }
  await import("data:text/javascript;base64," + Buffer.from(source).toString("base64"));
  return undefined;
}

// The schema

const declaration = (name) =>
  `(?:function\\s*\\*?\\s*|const\\s+|let\\s+|var\\s+)${name.replaceAll("$", "\\$")}(?![\\w$])`;

function schemaOf(source) {
  const name = declared(source).at(-1);
  if (!name) throw new SchemaError("No functions found in source code");
  const pattern = new RegExp(
    `/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*(?:export\\s+)?(?:default\\s+)?(?:async\\s+)?${declaration(name)}`,
  );
  const comment = source.match(pattern)?.[1];
  if (!comment) throw new SchemaError(`Function ${name} has no JSDoc comment. Write one, or send json_schema`);
  const [head, ...tags] = comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .split(/^\s*(?=@\w)/m);
  const properties = {};
  const required = [];
  for (const tag of tags.filter((each) => /^@(param|arg|argument)\b/.test(each))) {
    const found = tag.match(/^@\w+\s+\{([^]+?)\}\s+(\[?)\s*([\w$.]+)[^\]\s]*\s*(?:=[^\]]*)?\]?\s*(?:-\s*)?([^]*)$/);
    const member = found?.[3].split(".").at(-1);
    if (!found) {
      throw new SchemaError(`'${tag.trim()}' of function ${name} is not '@param {type} name - description'`);
    }
    const hasMembers = !found[3].includes(".") && tags.some((each) => each.includes(`${found[3]}.`));
    if (hasMembers && /^object$/i.test(found[1])) continue;
    if (!found[4].trim()) throw new SchemaError(`Parameter '${member}' in function '${name}' lacks a description`);
    const { schema, isOptional } = typed(found[1].trim(), name, member);
    properties[member] = { ...schema, description: found[4].trim() };
    if (!isOptional && !found[2]) required.push(member);
  }
  for (const parameter of parametersOf(source, name)) {
    if (!parameter.startsWith("{") && !(parameter in properties) && !comment.includes(`${parameter}.`)) {
      const where = `Parameter '${parameter}' in function '${name}'`;
      throw new SchemaError(`${where} has no @param. Add it, or send json_schema`);
    }
  }
  const examples = tags
    .filter((each) => each.startsWith("@example"))
    .map((each) => each.replace("@example", "Examples:").trim());
  const description = [head.trim(), ...examples].filter(Boolean).join("\n\n");
  if (!description) throw new SchemaError(`Function ${name} has no description in its JSDoc comment`);
  return { name, description, parameters: { type: "object", properties, required } };
}

function parametersOf(source, name) {
  const from = source.search(new RegExp(declaration(name)));
  const text = source.slice(from).replace(/^(?:const|let|var)\s+[\w$]+\s*=\s*/, "");
  return parameters(text).filter((each) => each !== "agent_state");
}

const TYPES = {
  string: "string",
  number: "number",
  integer: "integer",
  int: "integer",
  boolean: "boolean",
  bool: "boolean",
  object: "object",
};

function typed(text, name, member) {
  const parts = text.replace(/^\((.*)\)$/, "$1").split("|").map((part) => part.trim());
  const plain = parts.map((part) => part.replace(/^[?!]|=$/g, "")).filter((part) => !/^(null|undefined)$/.test(part));
  const isOptional = plain.length < parts.length || /^\?|=$/.test(text);
  if (plain.length > 0 && plain.every((part) => /^(["']).*\1$/.test(part))) {
    return { schema: { type: "string", enum: plain.map((part) => part.slice(1, -1)) }, isOptional };
  }
  const schemas = plain.map((part) => single(part, name, member));
  return { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas }, isOptional };
}

function single(text, name, member) {
  const list = text.match(/^Array\.?<([^]+)>$/) ?? text.match(/^\(?(.+?)\)?\[\]$/);
  if (list) return { type: "array", items: typed(list[1], name, member).schema };
  if (/^(Array|array)$/.test(text)) return { type: "array", items: {} };
  const record = text.match(/^(?:Record|Object)\.?<\s*string\s*,([^]+)>$/);
  if (record) return { type: "object", additionalProperties: typed(record[1].trim(), name, member).schema };
  if (/^(\*|any|unknown)$/.test(text)) return {};
  const type = TYPES[text.toLowerCase()];
  if (!type) {
    const where = `Parameter '${member}' in function '${name}'`;
    throw new SchemaError(`${where}: the type {${text}} is not known. Send json_schema`);
  }
  return { type };
}

function schemaAnswer(source) {
  try {
    return { ok: true, schema: schemaOf(source) };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const name = declared(source).at(-1);
    const lines = source.split("\n");
    const index = name ? lines.findIndex((line) => line.includes(name) && !/^\s*\*|^\s*\/\//.test(line)) : 0;
    const answer = { ok: false, kind: "SchemaError", message: error.message, traceback: "" };
    if (index >= 0 && lines[index].trim()) {
      answer.line = index + 1;
      answer.message += ` (line ${index + 1}: ${lines[index].trim().slice(0, 200)})`;
    }
    return answer;
  }
}

async function main() {
  let name;
  try {
    const request = readRequest();
    name = request.function;
    process.on("uncaughtException", (error) => send(failure(error, name)));
    process.on("unhandledRejection", (error) => send(failure(error, name)));
    process.on("beforeExit", () => send(failure(new Error("It waits for something that never comes."), name)));
    process.exit = process.reallyExit = (code) => {
      throw new Exit(code);
    };
    Object.assign(process.env, request.environment ?? {});
    atHand();
    if (request.do === "schema") return send(schemaAnswer(request.source));
    const source = process.argv.includes("typescript") ? withoutTypes(request.source) : request.source;
    const value = name == null ? await runScript(source) : await callFunction(source, name, request);
    send(result(value, name == null));
  } catch (error) {
    if (error instanceof Exit && name == null && error.code === 0) return send(result(undefined, true));
    send(failure(error, name));
  }
}

await main();
