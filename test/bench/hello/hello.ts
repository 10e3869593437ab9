/** Reads nothing, checks nothing, remembers nothing. */
export default {
  fetch: () => new Response("hello"),
};
