/** Files the bundler brings in as text (the `Text` rule in wrangler.toml). */
declare module "*.html" {
  const text: string;
  export default text;
}
declare module "*/purify.min.js" {
  const text: string;
  export default text;
}
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.client.js" {
  const text: string;
  export default text;
}
