// predict.mjs CHECKPOINT EXPECTED: builds the model of attribute model_config in tfjs-layers, sets
// its weights by layer_names and weight_names, predicts /x of EXPECTED and compares with /y.
import { realpathSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import h5wasm from 'h5wasm/node';

const [checkpoint, expected] = process.argv.slice(2).map((path) => realpathSync(path));
const bound = 1e-5;

// A list that Keras has cut into name0, name1, ... when it was long.
function names(object, name) {
  if (object.attrs[name]) return object.attrs[name].value;
  const list = [];
  for (let i = 0; object.attrs[`${name}${i}`]; i++) list.push(...object.attrs[`${name}${i}`].value);
  return list;
}

const tensor = (dataset) => tf.tensor(Float32Array.from(dataset.value), dataset.shape);

await h5wasm.ready;
await tf.setBackend('cpu');
const file = new h5wasm.File(checkpoint, 'r');
const model = await tf.models.modelFromJSON(JSON.parse(file.attrs.model_config.value));
const group = file.get('model_weights');
let weights = 0;
for (const name of names(group, 'layer_names')) {
  const list = names(group.get(name), 'weight_names');
  const layer = model.getLayer(name);
  if (layer.weights.length !== list.length)
    throw new Error(`${name}: ${list.length} weights in the file, ${layer.weights.length} in Keras`);
  if (list.length) layer.setWeights(list.map((path) => tensor(group.get(`${name}/${path}`))));
  weights += list.length;
}

const numbers = new h5wasm.File(expected, 'r');
const x = tensor(numbers.get('x'));
const y = numbers.get('y').value;
const predicted = model.predict(x).dataSync();
if (predicted.length !== y.length) throw new Error(`${predicted.length} outputs, not ${y.length}`);
let worst = 0;
for (let i = 0; i < y.length; i++) worst = Math.max(worst, Math.abs(predicted[i] - Number(y[i])));
console.log(`${model.layers.length} layers, ${weights} weights; the largest difference of ` +
  `${y.length} outputs is ${worst.toExponential(2)} (bound ${bound})`);
process.exit(worst <= bound ? 0 : 1);
