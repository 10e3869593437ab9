import { RE2JS, RE2Set } from "re2js";
const words = "the quick brown fox jumps over a lazy dog lol omg what is this PogChamp привет cat bad wörd".split(" ");
let s = 7; const rnd = () => (s = (s * 1103515245 + 12345) % 2147483648) / 2147483648;
const line = (n: number) => { let o = ""; while (o.length < n) o += words[Math.floor(rnd() * words.length)] + " "; return o.slice(0, n); };
const ab = (n: number) => Array.from({length:n},()=>rnd()<.5?"a":"b").join("");
const pats: [string,string,(n:number)=>string][] = [
 ["lit","badword",line],["alt","(?i)\\b(free|cheap|best)\\s+(viewers|followers)\\b",line],["url","(?i)https?://[^\\s]+\\.(ru|cn|xyz)",line],
 ["caps","[A-Z]{10,}",line],["class","[\\p{L}]{3,20}x",line],["start","^!\\w+ \\d+$",line],["i","(?i)b[a@4]d ?w[o0]rd",line],
 ["dfa","(a|b)*a(a|b){12}$",ab],["dfa100","(a|b)*a(a|b){100}$",ab],["dfa160","(a|b)*a(a|b){320}$",ab],["opt","(a?){300}b{400}c",ab],["evil","(a*)*b$",(n)=>"a".repeat(n)+"!"],["evil2","(.*)*(.*)*(.*)*x$",line],["rep",".{1,400}z",line], ["nest","(\\w+\\s?){100}$",line],["pl","\\p{L}{500}",line]];
for (const [name,p,gen] of pats) {
  const r = RE2JS.compile(p); const set = new RE2Set(RE2Set.UNANCHORED, 0, 64*1024); set.add(p); set.compile();
  const out = [name.padEnd(8), String(r.programSize()).padStart(5)];
  for (const n of [60, 500]) {
    const texts = Array.from({length: 200}, () => gen(n));
    for (const f of [(t:string)=>r.test(t),(t:string)=>set.match(t).length>0,(t:string)=>r.matcher(t).find()]) {
      let worst=0; const t0=performance.now(); for (const t of texts) {const a=performance.now(); f(t); worst=Math.max(worst,performance.now()-a);} const dt=performance.now()-t0;
      out.push(((dt/200)*1000).toFixed(1).padStart(8)+"us", "max", worst.toFixed(1)+"ms |");
    }
  }
  console.log(out.join(" "));
}
