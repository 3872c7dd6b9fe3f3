// onnx_run.mjs FOLDER BOUND: runs every .onnx of index.tsv in onnxruntime-web (one thread) on NAME.x
// and compares with NAME.y: |a - b| <= BOUND max(1, |b|).
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';

const [folder, bound] = [process.argv[2], Number(process.argv[3])];
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const numbers = (name) => {
  const bytes = readFileSync(`${folder}/${name}`);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const input = (kind, x, shape) => kind === 'ids'
  ? new ort.Tensor('int64', BigInt64Array.from(x, (id) => BigInt(id)), shape)
  : new ort.Tensor('float32', x, shape);

async function differenceOf(name, kind, shape) {
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(`${folder}/${name}.onnx`)),
    { executionProviders: ['wasm'] });
  const { output } = await session.run({ input: input(kind, numbers(`${name}.x`), shape) });
  await session.release();
  const y = numbers(`${name}.y`);
  if (output.data.length !== y.length) throw new Error(`${output.data.length} outputs, not ${y.length}`);
  let worst = 0;
  for (let i = 0; i < y.length; i++) {
    const d = Math.abs(output.data[i] - y[i]) / Math.max(1, Math.abs(y[i]));
    if (!(d <= worst)) worst = d;
  }
  return worst;
}

let failures = 0, worst = 0;
const lines = readFileSync(`${folder}/index.tsv`, 'utf8').trim().split('\n');
for (const line of lines) {
  const [name, kind, shape, , yaml] = line.split('\t');
  try {
    const d = await differenceOf(name, kind, shape.split(',').map(Number));
    worst = Math.max(worst, d);
    if (process.env.VERBOSE) console.log(`${name}: ${d.toExponential(2)}`);
    if (!(d <= bound)) throw new Error(`a difference of ${d.toExponential(2)}`);
  } catch (error) {
    failures++;
    console.log(`${name}: ${yaml}\n  ${error.message ?? error}`);
  }
}
console.log(`${lines.length} files, ${failures} failures; the largest difference is ` +
  `${worst.toExponential(2)} (bound ${bound})`);
process.exit(failures > 0 ? 1 : 0);
