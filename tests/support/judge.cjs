// Judges the description of the stream by AsyncAPI's own parser, and messages by Ajv.
//
//   node judge.cjs description PARSER < a document  -> what is wrong with it
//   node judge.cjs messages AJV < {document, messages: [{name, headers, payload}]}
//     -> for each message, where it is not as the document describes it

const { readFileSync } = require("node:fs");

const DESCRIPTION_ERRORS_AND_WARNINGS = 1;

async function judgeDescription(library, asked) {
  globalThis.window = globalThis.self = globalThis; // the bundle is made for browsers
  require("node:vm").runInThisContext(readFileSync(library, "utf8"));
  const found = await new globalThis.AsyncAPIParser().validate(asked);
  return found
    .filter((each) => each.severity <= DESCRIPTION_ERRORS_AND_WARNINGS)
    .map((each) => `${each.path.join(".")}: ${each.message}`);
}

function judgeMessages(library, asked) {
  const { document, messages } = JSON.parse(asked);
  const Ajv = require(library);
  const ajv = new Ajv({ allErrors: true, extendRefs: true }).addSchema(document, "stream");
  return messages.map((message) =>
    ["headers", "payload"].flatMap((part) => {
      ajv.validate(`stream#/components/messages/${message.name}/${part}`, message[part]);
      return (ajv.errors ?? []).map((each) => `${part}${each.dataPath}: ${each.message}`);
    }),
  );
}

const [what, library] = process.argv.slice(2);
const judge = { description: judgeDescription, messages: judgeMessages }[what];
Promise.resolve(judge(library, readFileSync(0, "utf8"))).then((faults) =>
  process.stdout.write(JSON.stringify(faults)),
);
