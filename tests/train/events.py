"""Reads TensorBoard's event files from their specification alone: the framing of TFRecord
(tensorflow.org/tutorials/load_data/tfrecord), CRC-32C (RFC 3720, B.4), protocol buffers (protobuf.dev,
encoding), event.proto and summary.proto. Prints one JSON object an event: step, then version,
session or values."""
import json
import struct
import sys


def crc32c(data):  # bit by bit, as the polynomial division is defined
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283
assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4


def check(data, stored):
    crc = crc32c(data)
    expected = ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF
    if stored != expected:
        sys.exit(f"crc {stored:08x}, expected {expected:08x}")


def records(data):
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        check(data[at:at + 8], *struct.unpack_from("<I", data, at + 8))
        record = data[at + 12:at + 12 + length]
        check(record, *struct.unpack_from("<I", data, at + 12 + length))
        yield record
        at += length + 16


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(key & 7)
            if size is None:
                size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def event(record):
    told = {"step": 0}
    for field, value in fields(record):
        if field == 1:
            told["time"] = struct.unpack("<d", value)[0]
        elif field == 2:
            told["step"] = value
        elif field == 3:
            told["version"] = value.decode()
        elif field == 7:
            told["session"] = dict(fields(value))[1]
        elif field == 5:
            values = [dict(fields(v)) for _, v in fields(value)]
            told["values"] = {v[1].decode(): struct.unpack("<f", v[2])[0] for v in values}
    return told


for name in sys.argv[1:]:
    with open(name, "rb") as file:
        for record in records(file.read()):
            print(json.dumps(event(record)))
