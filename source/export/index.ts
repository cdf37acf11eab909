import type {Exporter} from './exporter.ts';
import {json} from './json.ts';
import {spoken} from './spoken.ts';
import {text} from './text.ts';

/** Every format that a report can be rendered in. */
export const exporters: readonly Exporter[] = [text, spoken, json];
