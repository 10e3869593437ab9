/** A product that is wrong in one place on purpose, and the test that must notice. */
export interface Variant {
  /** The promise it breaks. */
  property: string;
  /** What is wrong with it. */
  variant: string;
  layer: "node" | "pg" | "workerd" | "e2e";
  /** Who must notice. */
  file: string;
  /** The test's title, or its end where a table of tests shares one. */
  title: string;
}

const model = "test/model/broken-models.workerd.test.ts";
const points = "test/faults/points-races.pg.test.ts";
const forged = "test/faults/forged-variants.test.ts";

function ofModel(property: string, variant: string): Variant {
  return { property, variant, layer: "workerd", file: model, title: variant };
}

function ofPoints(variant: string): Variant {
  return {
    property: "P5 N6 points",
    variant: `spending ${variant}`,
    layer: "pg",
    file: points,
    title: variant,
  };
}

function ofDoor(variant: string): Variant {
  return {
    property: "P6 forgeries",
    variant: `a check that ${variant}`,
    layer: "node",
    file: forged,
    title: variant,
  };
}

/** For each promise at least one way to break it. A node test looks that each title is still in its file. */
export const variants: readonly Variant[] = [
  {
    property: "P1 N1 nothing lost",
    variant: "an edge that acknowledges before it stores",
    layer: "e2e",
    file: "test/faults/kill-loop.e2e.test.ts",
    title: "P1: an edge that acknowledges first loses events, and the same check says so",
  },
  ofModel("P2 N3 one effect", "an inbox that takes a re-send for a new event"),
  ofModel("P2 N3 one effect", "a further try that acts again"),
  ofModel("P2 N3 one effect", "a reply said twice when the platform put it off"),
  ofModel("N2 finished", "tries that are forgotten with the object"),
  ofModel("P3 N5 order", "rules in the wrong order"),
  ofModel("N4 expected effects", "a cooldown nobody keeps"),
  ofModel("N4 expected effects", "a limit per minute nobody keeps"),
  ofModel("N4 expected effects", "rights nobody asks for"),
  {
    property: "P4 bystanders",
    variant: "bystanders that wait a half or a quarter longer",
    layer: "node",
    file: "test/faults/bystander-verdict.test.ts",
    title: "no rise passes, a rise of half fails, on a quiet machine",
  },
  ofModel("P5 N6 points", "points counted twice when an answer is lost"),
  ofPoints("reads the balance and then writes it"),
  ofPoints("checks first and notes the payment before it is made"),
  ofPoints("forgets which calls it has seen"),
  ofDoor("compares the first eight digits"),
  ofDoor("does not look at the age"),
  ofDoor("takes capital digits"),
  ofDoor("reads the body before it checks it"),
  ofDoor("lets in whoever brings no signature"),
  {
    property: "P7 database away",
    variant: "a flush whose key nobody remembers",
    layer: "pg",
    file: "src/durable-objects/channel/write-flush.pg.test.ts",
    title: "P7 the repetition is not blind: without the memory of keys it counts twice",
  },
  {
    property: "P8 gateway",
    variant: "a spool that forgets what was only sent",
    layer: "node",
    file: "src/gateway/link.test.ts",
    title: "P8 the drop is not blind: a spool that forgets what was only sent loses frames",
  },
  {
    property: "P9 tenants",
    variant: "modules without row-level security that forget their WHERE",
    layer: "pg",
    file: "src/modules/row-level-security.pg.test.ts",
    title: "without the lock the same would show strangers' rows",
  },
  {
    property: "alerts",
    variant: "a house in which all is well, and one picture of trouble an alert",
    layer: "node",
    file: "test/alerts.test.ts",
    title: "%s fires on its picture, and alone",
  },
];
