// The process that owns a run. Started by a viewer, detached from its terminal; see run/process.ts.
import {serveRun} from './run/process.ts';

await serveRun();
process.exit(0);
