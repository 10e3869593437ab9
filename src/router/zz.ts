import { RE2JS } from "re2js";
const t = (label: string, p: string, flags=0, text="a".repeat(10000)) => {
  const m0 = process.memoryUsage().heapUsed; const t0 = performance.now();
  try {
    const r = RE2JS.compile(p, flags); const t1 = performance.now(); 
    const m1 = process.memoryUsage().heapUsed;
    const hit = r.test(text); const t2 = performance.now();
    console.log(label, r.programSize(), "compile", (t1-t0).toFixed(1), "ms", ((m1-m0)/1e6).toFixed(1), "MB test", (t2-t1).toFixed(1), "heap", ((process.memoryUsage().heapUsed-m1)/1e6).toFixed(1), hit);
  } catch (e) { console.log(label, "ERR", String(e).slice(0,100), (performance.now()-t0).toFixed(1)); }
};
t("simple", "bad(word)?s");
t("500x1000", `(${"a".repeat(500)}){1000}`);
t("500x500", `(${"ab".repeat(250)}){500}`);
t("(.500)1000", `(${"(?:a|b)".repeat(70)}){1000}`);
t("nested", "((a{10}){10}){10}");
t("nested2", "((a{10}){10}){100}");
t("pL", `\\pL{1000}`);
t("pLi", `(?i)(${"\\pL".repeat(160)}){1000}`);
t("pLi", `${"\\pL{1000}".repeat(50)}`);
t("opt", `${"a?".repeat(250)}${"a".repeat(250)}`);
t("opt1000", `${"(a?){1000}".repeat(50)}`);
t("star", "(a*)*b"); t("x", "(a|aa)+$", 0, "a".repeat(10000)+"!");
t("dfa blow", "(a|b)*a(a|b){12}$", 0, Array.from({length:10000},()=>Math.random()<.5?"a":"b").join("")+"c");
t("dfa blow big", "(a|b)*a(a|b){200}$", 0, Array.from({length:10000},()=>Math.random()<.5?"a":"b").join("")+"c");
t("dfa blow big 500", "(a|b)*a(a|b){900}$", 0, Array.from({length:500},()=>Math.random()<.5?"a":"b").join("")+"c");
t("lookahead", "a(?=b)"); t("lookbehind", "(?<=a)b"); t("backref", "(a)\\1"); t("named", "(?<n>a)"); t("poss","a++"); t("atomic", "(?>a)"); t("paren","("); t("cond","(?(1)a|b)"); t("neg","(?<!a)b"); t("k","(?<n>a)\\k<n>"); t("lone", "\ud800"); t("rep", "a{1001}"); t("deep", "(".repeat(255)+")".repeat(255)); t("deep", "(".repeat(200)+"a"+")*".repeat(200).slice(0,311));
