"""Writes the files that the tests of Persistence read, in every shape that Python gives them.

    make_fixtures.py FOLDER          the files themselves
    make_fixtures.py --text FILE     all of them as text: JSON of base64 of zlib

Needs torch and NumPy; the file that is checked in was made by version 1.13.
"""

import base64
import collections
import io
import json
import os
import pickle
import struct
import sys
import tarfile
import tempfile
import warnings
import zipfile
import zlib

import numpy
import torch
from torch import nn


def counted(*shape, first=0):
    count = 1
    for n in shape:
        count *= n
    return (torch.arange(count, dtype=torch.float32) + first).reshape(shape) / 8


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def rezipped(content, root='archive', change=lambda name, data: data, extra=(), compression=zipfile.ZIP_STORED):
    """The same entries in an archive as any zip program writes it: another root, nothing aligned."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, 'w', compression) as new:
        for name in old.namelist():
            short = name.split('/', 1)[1]
            new.writestr(zipfile.ZipInfo(root + '/' + short), change(short, old.read(name)), compression)
        for name, data in extra:
            new.writestr(zipfile.ZipInfo(root + '/' + name), data, compression)
    return buffer.getvalue()


def machine(visible, hidden, first=0):
    return {
        'W': counted(hidden, visible, first=first),
        'vb': counted(1, visible, first=first + 100),
        'hb': counted(1, hidden, first=first + 200),
    }


def set_counted(net):
    for index, parameter in enumerate(net.parameters()):
        parameter.data = counted(*parameter.shape, first=10 * index)
    return net


def classifier():
    inner = nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2))
    set_counted(inner)
    # As the original does it: a machine's bias, [1, n], becomes that of a linear module.
    inner[0].bias = nn.Parameter(inner[0].bias.data.unsqueeze(0))
    return nn.Sequential(inner, nn.Softmax(dim=1))


def with_a_set(net):
    """From protocol 4 on, pickles have instructions of their own for sets; this one is not empty."""
    net.register_buffer('unused', torch.zeros(2), persistent=False)
    return net


def other_modules():
    net = nn.Sequential(
        nn.Identity(), nn.Linear(3, 4, bias=False), nn.ReLU(), nn.Dropout(0.25),
        nn.Sequential(nn.Linear(4, 4), nn.Tanh()), nn.Softmax(dim=-1), nn.Linear(4, 2), nn.LogSoftmax(dim=1))
    return set_counted(net)


def checkpoint():
    net = set_counted(nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1)))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.5)
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    set_counted(net)
    return {'epoch': 3, 'state_dict': net.state_dict(), 'optimizer': optimizer.state_dict()}


def views():
    base = counted(3, 4)
    return {
        'base': base,
        'transposed': base.t(),
        'rows': base[1:],
        'column': base[:, 2],
        'expanded': base[0, 1].expand(1000, 1000, 1000),
        'scalar': torch.tensor(7),
        'empty': torch.zeros(0, 3),
        'parameter': nn.Parameter(base[2]),
    }


def kinds():
    values = [0, 1, 2, 100]
    types = [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64,
             torch.uint8, torch.bool]
    return {str(t).split('.')[1]: torch.tensor(values).to(t) for t in types}


def plain():
    return {
        'numbers': [0, -1, 255, 256, 70000, -70000, 2 ** 40, -2 ** 63, 0.5, float('inf')],
        'texts': ('', 'Grüße', '統計'),
        'flags': [True, False, None],
        'ordered': collections.OrderedDict([('b', 1), ('a', 2)]),
        'size': torch.Size([2, 3]),
        'dtype': torch.float32,
        3: {'nested': {}},
        'again': [[1]] * 2,
    }


def swapped(name, data):
    return data[::-1] if name.startswith('data/') else data


def on_gpu(value):
    """What torch.save writes where the tensors are on the second GPU."""
    tag = torch.serialization.location_tag
    torch.serialization.location_tag = lambda storage: 'cuda:1'
    try:
        return saved(value)
    finally:
        torch.serialization.location_tag = tag


class Evil:
    def __reduce__(self):
        return os.system, ('false',)


def safetensors():
    tensors = {
        'weight': ('F32', [2, 3], counted(2, 3).numpy().tobytes()),
        'half': ('BF16', [2], counted(2, first=8).to(torch.bfloat16).view(torch.int16).numpy().tobytes()),
        'count': ('I64', [], struct.pack('<q', -5)),
        'empty': ('U8', [0, 4], b''),
    }
    header, data = {'__metadata__': {'format': 'pt', 'by': 'Grüße'}}, b''
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {'dtype': dtype, 'shape': shape, 'data_offsets': [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    return struct.pack('<Q', len(text)) + text + data


def without_sources(value, **options):
    """Old files have the source text of modules in them, unless it is not to be had."""
    def missing(_):
        raise OSError
    find = torch.serialization.get_source_lines_and_file
    torch.serialization.get_source_lines_and_file = missing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return saved(value, **options)
    finally:
        torch.serialization.get_source_lines_and_file = find


def first_format(value):
    """As torch.save of PyTorch's first versions: a tar archive of storages, tensors, and a pickle that names them by keys."""
    storages, tensors, views = {}, {}, []

    def tensor_id(thing):
        if not isinstance(thing, torch.Tensor):
            return None
        storage = thing.storage().data_ptr()
        if storage not in storages:
            storages[storage] = (1000 + len(storages), thing.storage())
        tensors[len(tensors)] = thing
        return str(2000 + len(tensors) - 1)

    class Pickler(pickle.Pickler):
        persistent_id = staticmethod(tensor_id)

    parts = {name: io.BytesIO() for name in ('sys_info', 'pickle', 'tensors', 'storages')}
    pickle.dump({'protocol_version': 1000, 'little_endian': True}, parts['sys_info'], 2)
    Pickler(parts['pickle'], 2).dump(value)
    pickle.dump(len(storages), parts['storages'], 2)
    for key, storage in storages.values():
        pickle.dump((key, 'cpu', torch.FloatStorage), parts['storages'], 2)
        parts['storages'].write(struct.pack('<q', len(storage)) + struct.pack('<%df' % len(storage), *storage.tolist()))
        # A part of it as a storage of its own, which the tensors are over.
        views.append((key + 500, key, 0, len(storage)))
    pickle.dump(views, parts['storages'], 2)
    pickle.dump(len(tensors), parts['tensors'], 2)
    for index, tensor in tensors.items():
        key = storages[tensor.storage().data_ptr()][0]
        pickle.dump((2000 + index, key + 500, torch.FloatTensor), parts['tensors'], 2)
        n = tensor.dim()
        parts['tensors'].write(struct.pack('<i4x%dq%dqq' % (n, n), n, *tensor.shape, *tensor.stride(), tensor.storage_offset()))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'first.pt')
        with tarfile.open(path, 'w:', format=tarfile.PAX_FORMAT) as archive:
            for name, part in parts.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(part.getvalue())
                entry.mtime = 0.5
                archive.addfile(entry, io.BytesIO(part.getvalue()))
        # PyTorch still reads it.
        again = torch.load(path)
        assert all(torch.equal(again[name], value[name]) for name in value)
        with open(path, 'rb') as file:
            return file.read()


def arrays():
    return {
        'doubles': numpy.arange(6.).reshape(2, 3),
        'fortran': numpy.asfortranarray(numpy.arange(6, dtype='f4').reshape(2, 3)),
        'big': numpy.array([1, -2, 70000], dtype='>i4'),
        'flags': numpy.array([True, False]),
        'scalar': numpy.array(2.5),
        'empty': numpy.zeros((0, 3), dtype='f2'),
        'words': numpy.array([0, 1, 65535], dtype='u2'),
        'state': numpy.array([1, 2 ** 32 - 1], dtype='>u4'),
    }


def numpy_things():
    return {**arrays(), 'again': [numpy.arange(2.)] * 2, 'loss': numpy.float32(0.5), 'step': numpy.int64(-7), 'best': numpy.array([258], dtype='>i2')[0],
            'seed': numpy.uint64(2 ** 40), 'done': numpy.bool_(True), 'half': numpy.float16(1.5)}


def other_things():
    return {
        'device': torch.device('cuda:1'), 'cpu': torch.device('cpu'), 'bytes': b'\x00\xffab', 'none': b'', 'array': bytearray(b'xy'), 'set': {7},
        'frozen': frozenset([8]), 'counter': collections.Counter('aab'), 'size': torch.Size([2, 3]), 'dtype': torch.int64, 'parameter': nn.Parameter(counted(2)),
    }


def trained():
    net = set_counted(nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1)))
    return net, {'optimizer_state_dict': torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.5).state_dict(), 'epoch': 3,
                 'numpy': numpy.random.RandomState(1).get_state(), 'loss': numpy.float64(0.25)}


def stored(save, *values, **named):
    buffer = io.BytesIO()
    save(buffer, *values, **named)
    return buffer.getvalue()


def files():
    net, besides = trained()
    old = {'_use_new_zipfile_serialization': False}
    rbm = saved(machine(3, 2))
    return {
        'rbm.pt': rbm,
        'rbm-half.pt': saved({key: value.half() for key, value in machine(3, 2).items()}),
        'rbm-cuda.pt': on_gpu(machine(3, 2)),
        'rbm-unaligned.pt': rezipped(rbm, root='some where/else'),
        'rbm-big-endian.pt': rezipped(saved({key: value.flip(0, 1) for key, value in machine(3, 2).items()}), change=swapped,
                                      extra=[('byteorder', b'big')]),
        'dbn.pt': saved([machine(3, 2), machine(2, 4, first=40)]),
        'classifier.pt': saved(classifier()),
        'classifier-4.pt': saved(with_a_set(classifier()), pickle_protocol=4),
        'modules.pt': saved(other_modules()),
        'state-dict.pt': saved(set_counted(nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2))).state_dict()),
        'checkpoint.pt': saved(checkpoint()),
        'views.pt': saved(views()),
        'kinds.pt': saved(kinds()),
        **{f'plain-{protocol}.pt': saved(plain(), pickle_protocol=protocol) for protocol in (2, 3, 4, 5)},
        'values.safetensors': safetensors(),
        'stream.pt': saved(machine(3, 2), **old),
        'stream-4.pt': saved(machine(3, 2), pickle_protocol=4, **old),
        'stream-views.pt': saved(views(), **old),
        'stream-kinds.pt': saved(kinds(), **old),
        'stream-classifier.pt': without_sources(classifier(), **old),
        'tar.pt': first_format(machine(3, 2)),
        'tar-views.pt': first_format({'base': (base := counted(3, 4)), 'transposed': base.t(), 'rows': base[1:], 'column': base[:, 2]}),
        **{f'numpy-{protocol}.pt': saved(numpy_things(), pickle_protocol=protocol) for protocol in (2, 5)},
        'stream-numpy.pt': saved(numpy_things(), **old),
        **{f'others-{protocol}.pt': saved(other_things(), pickle_protocol=protocol) for protocol in (2, 5)},
        'training.pt': saved({'model_state_dict': net.state_dict(), **besides}),
        'training-parallel.pt': saved({**besides, 'net': nn.DataParallel(net).state_dict()}, **old),
        'parallel-classifier.pt': saved({'epoch': 3, 'model': nn.DataParallel(classifier())}),
        'arrays.npz': stored(numpy.savez, **arrays()),
        'arrays-compressed.npz': stored(numpy.savez_compressed, **arrays()),
        'fortran.npy': stored(numpy.save, arrays()['fortran']),
        'scikit-learn.npz': stored(numpy.savez, components_=machine(3, 2)['W'].double().numpy(), intercept_hidden_=machine(3, 2)['hb'][0].double().numpy(),
                                   intercept_visible_=machine(3, 2)['vb'][0].double().numpy()),
        'refused-objects.npz': stored(numpy.savez, weight=numpy.zeros(2), names=numpy.array([{}], dtype=object)),
        'refused-texts.npy': stored(numpy.save, numpy.array(['ab'])),
        'refused-records.npy': stored(numpy.save, numpy.zeros(2, dtype=[('a', 'f4'), ('b', 'i4')])),
        'refused-objects.pt': saved({'names': numpy.array([{}], dtype=object)}),
        'refused-compressed.pt': rezipped(rbm, compression=zipfile.ZIP_DEFLATED),
        'refused-code.pt': saved({'weight': Evil()}),
        'refused-complex.pt': saved(torch.zeros(2, dtype=torch.complex64)),
        'refused-sparse.pt': saved(torch.eye(2).to_sparse()),
        'refused-softmax.pt': saved(nn.Sequential(set_counted(nn.Linear(3, 2)), nn.Softmax(dim=0))),
    }


def main(arguments):
    if arguments[0] == '--text':
        text = {name: base64.b64encode(zlib.compress(content, 9)).decode() for name, content in files().items()}
        with open(arguments[1], 'w', encoding='utf-8') as output:
            json.dump(text, output, indent=0)
            output.write('\n')
        return
    for name, content in files().items():
        with open(os.path.join(arguments[0], name), 'wb') as output:
            output.write(content)


if __name__ == '__main__':
    main(sys.argv[1:])
