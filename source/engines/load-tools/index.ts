import {ab} from './ab.ts';
import type {Adapter} from './adapter.ts';
import {bombardier} from './bombardier.ts';
import {loadToolEngine} from './engine.ts';
import {h2load} from './h2load.ts';
import {hey} from './hey.ts';
import {oha} from './oha.ts';
import {vegeta} from './vegeta.ts';
import {wrk} from './wrk.ts';

const adapters: readonly Adapter[] = [vegeta, oha, wrk, hey, ab, h2load, bombardier];

/** Load tools that people have already, as engines. */
export const loadTools = adapters.map(loadToolEngine);
