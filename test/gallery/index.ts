// Draws the README's pictures and its table of keys anew: npm run gallery
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {pictures, svgOf} from './pictures.ts';
import {refreshed} from './readme.ts';

const folder = new URL('.', import.meta.url);
const readme = new URL('../../README.md', import.meta.url);
for (const file of readdirSync(folder)) if (file.endsWith('.svg')) rmSync(new URL(file, folder));
for (const picture of pictures) writeFileSync(new URL(`${picture.name}.svg`, folder), svgOf(picture));
writeFileSync(readme, refreshed(readFileSync(readme, 'utf8')));
