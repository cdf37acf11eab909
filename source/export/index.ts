import type {Exporter} from './exporter.ts';
import {json} from './json.ts';
import {text} from './text.ts';

/** Every format that a report can be rendered in. */
export const exporters: readonly Exporter[] = [text, json];
