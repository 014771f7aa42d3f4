using DeepBelief.Files;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>What files of Python have beside weights: NumPy's arrays and scalars, devices, bytes, sets.</summary>
internal static class PythonValues
{
    public static void HasNumpysThings(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        AreTheArrays(content.Where(entry => entry.Value is Tensor).ToDictionary(entry => (string)entry.Key, entry => (Tensor)entry.Value!));
        var again = (List<object?>)content["again"]!;
        again.Should().HaveCount(2).And.AllSatisfy(array => ((Tensor)array!).ShouldBeNear([0, 1], 0));
        content.Should().Contain(new("loss", 0.5), new("step", -7L), new("best", 258L), new("seed", 1L << 40), new("done", true), new("half", 1.5));
    }

    public static void HasTheArrays(string path)
    {
        using var content = NpzFile.Load(path);
        AreTheArrays(content.Tensors);
        content.Tensors.Keys.First().Should().Be("doubles");
    }

    private static void AreTheArrays(IReadOnlyDictionary<string, Tensor> arrays)
    {
        arrays.Keys.Should().BeEquivalentTo("doubles", "fortran", "big", "flags", "scalar", "empty", "words", "state");
        Is("doubles", ScalarType.Float64, [2, 3], 0, 1, 2, 3, 4, 5);
        IsFortran(arrays["fortran"]);
        Is("big", ScalarType.Int32, [3], 1, -2, 70000);
        Is("flags", ScalarType.Bool, [2], 1, 0);
        Is("scalar", ScalarType.Float64, [], 2.5);
        Is("empty", ScalarType.Float16, [0, 3]);
        Is("words", ScalarType.Int32, [3], 0, 1, 65535);
        Is("state", ScalarType.Int64, [2], 1, uint.MaxValue);

        void Is(string name, ScalarType type, long[] shape, params double[] values)
        {
            arrays[name].dtype.Should().Be(type, name);
            arrays[name].shape.Should().Equal(shape);
            Enumeration.Read(arrays[name]).Should().Equal(values);
        }
    }

    public static void IsFortran(Tensor array)
    {
        array.dtype.Should().Be(ScalarType.Float32);
        array.ShouldBeNear(torch.arange(6, ScalarType.Float64).reshape(2, 3), 0);
        array.stride().Should().Equal(1, 2);
    }

    public static void HasTheOtherThings(string path)
    {
        var content = (OrderedDictionary<object, object?>)PtFile.Load(path)!;
        content.Should().Contain(new("device", "cuda:1"), new("cpu", "cpu"), new KeyValuePair<object, object?>("dtype", ScalarType.Int64));
        ((byte[])content["bytes"]!).Should().Equal(0, 255, (byte)'a', (byte)'b');
        ((byte[])content["none"]!).Should().BeEmpty();
        ((byte[])content["array"]!).Should().Equal("xy"u8.ToArray());
        ((List<object?>)content["set"]!).Should().Equal(7L);
        ((List<object?>)content["frozen"]!).Should().Equal(8L);
        ((OrderedDictionary<object, object?>)content["counter"]!).Should().Equal(new("a", 2L), new KeyValuePair<object, object?>("b", 1L));
        ((object?[])content["size"]!).Should().Equal(2L, 3L);
        ((Tensor)content["parameter"]!).ShouldBeNear([0, 0.125], 0);
    }
}
