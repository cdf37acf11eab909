import type {Exporter} from './exporter.ts';
import {json} from './json.ts';
import {overview} from './overview.ts';
import {spoken} from './spoken.ts';
import {text} from './text.ts';

/** Every format that a report can be rendered in. */
export const exporters: readonly Exporter[] = [text, spoken, overview, json];
