// The process that owns a run. Started by a viewer, detached from its terminal; see run/process.ts.

// Compiled code is kept for the next start, apart from that of programs which run other parts of these files.
const {join} = process.getBuiltinModule('node:path');
const {tmpdir} = process.getBuiltinModule('node:os');
process.getBuiltinModule('node:module').enableCompileCache(join(tmpdir(), 'node-compile-cache', 'benchtop-runner'));

const {serveRun} = await import('./run/process.ts');
await serveRun();
process.exit(0);
