import {attach} from './attach.ts';
import {baseline} from './baseline.ts';
import type {Command} from './command.ts';
import {compare} from './compare.ts';
import {demo} from './demo.ts';
import {history} from './history.ts';
import {load} from './load.ts';
import {replay} from './replay.ts';
import {schema} from './schema.ts';

/** Every command, in the order of the help. The one without a name takes a URL. */
export const commands: readonly Command[] = [load, demo, attach, replay, history, baseline, compare, schema];
