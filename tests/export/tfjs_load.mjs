// tfjs_load.mjs FOLDER BOUND: loads NAME/model.json of each line of index.tsv by tf.loadLayersModel,
// makes inputs of NAME.x as userDefinedMetadata says, and compares with NAME.y.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const [folder, bound] = [process.argv[2], Number(process.argv[3])];
await tf.setBackend('cpu');

const bytes = (path) => {
  const b = readFileSync(path);
  return b.buffer.slice(b.byteOffset, b.byteOffset + b.length);
};
const reader = (name) => ({
  load: async () => {
    const model = JSON.parse(readFileSync(`${folder}/${name}/model.json`, 'utf8'));
    return {
      ...model,
      weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
      weightData: model.weightsManifest.flatMap((group) => group.paths)
        .map((path) => bytes(`${folder}/${name}/${path}`)),
    };
  },
});

async function differenceOf(name, shape) {
  const model = await tf.loadLayersModel(reader(name));
  const { scale, shift, factor } = model.getUserDefinedMetadata();
  const x = new Float32Array(bytes(`${folder}/${name}.x`)), n = shift.length;
  const inputs = x.map((v, i) => n ? (v * scale - shift[i % n]) * factor[i % n] : v * scale);
  const is = model.predict(tf.tensor(inputs, shape)).dataSync();
  const y = new Float32Array(bytes(`${folder}/${name}.y`));
  if (is.length !== y.length) throw new Error(`${is.length} outputs, not ${y.length}`);
  return Math.max(...y.map((v, i) => Math.abs(v - is[i])));
}

let failures = 0;
const lines = readFileSync(`${folder}/index.tsv`, 'utf8').trim().split('\n');
for (const line of lines) {
  const [name, , shape] = line.split('\t');
  try {
    const d = await differenceOf(name, shape.split(',').map(Number));
    console.log(`${name}: ${d.toExponential(2)} (bound ${bound})`);
    failures += !(d <= bound);
  } catch (error) {
    failures++;
    console.log(`${name}: ${error.stack}`);
  }
}
process.exit(failures > 0 ? 1 : 0);
