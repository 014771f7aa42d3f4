using System.Globalization;
using System.Runtime.Intrinsics;
using DeepBelief.Kernels;
using DeepBelief.Tests.Oracles;

namespace DeepBelief.Tests.Kernels;

public sealed class PhiloxTests
{
    private const int Columns = 4096;

    [Theory]
    // The known answers that come with Random123, the library of the method's authors.
    [InlineData("00000000 00000000 00000000 00000000", "00000000 00000000", "5f6fb709 0d893f64 4f121f81 4f730a48")]
    [InlineData("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "5207ddc2 45165e59 4d8ee751 8c52f662")]
    [InlineData("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "4dfccaba 190a87f0 c47362ba b6b5242a")]
    public unsafe void Known_answers(string counter, string key, string expected)
    {
        var (words, keys) = (Words(counter), Words(key));
        PhiloxReference.Numbers(words, keys[0], keys[1]).Should().Equal(Words(expected));

        var random = new Philox(keys[0] | ((ulong)keys[1] << 32));
        var (a0, a1, a2, a3) = (Vector512.Create((ulong)words[0]), Vector512.Create((ulong)words[1]), Vector512.Create((ulong)words[2]), Vector512.Create((ulong)words[3]));
        var (b0, b1, b2, b3) = (a0, a1, a2, a3);
        Philox.Mix(&random, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
        foreach (var (vector, word) in new[] { (a0, 0), (a1, 1), (a2, 2), (a3, 3), (b0, 0), (b1, 1), (b2, 2), (b3, 3) })
        {
            for (var lane = 0; lane < 8; lane++)
                ((uint)vector[lane]).Should().Be(Words(expected)[word]);
        }

        static uint[] Words(string text) => [.. text.Split(' ').Select(w => uint.Parse(w, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
    }

    [Fact]
    public void Every_element_has_the_number_of_its_row_and_column()
    {
        const ulong Key = 0x0123456789ABCDEF;
        foreach (var row in new[] { 0, 1, 7, int.MaxValue })
        {
            var numbers = Row(Key, row, 192);
            for (var column = 0; column < numbers.Length; column++)
                numbers[column].Should().Be(PhiloxReference.Number(Key, row, column));
        }
    }

    [Fact]
    public void Numbers_are_uniform()
    {
        var numbers = Uniform(1, 256);
        var count = (double)numbers.Length;
        numbers.Average().Should().BeApproximately(0.5, 5 * Math.Sqrt(1 / (12 * count)));
        numbers.Average(u => u * u).Should().BeApproximately(1.0 / 3, 5 * Math.Sqrt(4 / (45 * count)));
        numbers.Average(u => u * u * u * u).Should().BeApproximately(1.0 / 5, 5 * Math.Sqrt(((1.0 / 9) - (1.0 / 25)) / count));

        // Chi-square with 255 degrees of freedom, of the highest and of the lowest eight bits in use.
        foreach (var bits in new Func<double, int>[] { u => (int)(u * 256), u => (int)(u * (1 << 24)) & 255 })
        {
            var bins = new double[256];
            foreach (var u in numbers)
                bins[bits(u)]++;
            bins.Sum(b => (b - (count / 256)) * (b - (count / 256)) / (count / 256)).Should().BeInRange(255 - (5 * Math.Sqrt(510)), 255 + (5 * Math.Sqrt(510)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(Columns)]
    [InlineData(2 * Columns)]
    public void Neighbours_near_and_far_are_uncorrelated(int lag)
    {
        var numbers = Uniform(2, 256);
        var n = numbers.Length - lag;
        var sum = 0.0;
        for (var i = 0; i < n; i++)
            sum += (numbers[i] - 0.5) * (numbers[i + lag] - 0.5);
        (12 * sum / n).Should().BeApproximately(0, 5 / Math.Sqrt(n));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0, 1UL << 32)]
    [InlineData(3, 3 + (1UL << 63))]
    public void Keys_that_differ_in_a_bit_give_streams_that_have_nothing_in_common(ulong one, ulong other)
    {
        var (a, b) = (Uniform(one, 128), Uniform(other, 128));
        var correlation = 12 * a.Zip(b, (x, y) => (x - 0.5) * (y - 0.5)).Average();
        correlation.Should().BeApproximately(0, 5 / Math.Sqrt(a.Length));
        // By chance, a few in 2^32.
        a.Zip(b).Count(p => p.First == p.Second).Should().BeLessThan(5);
    }

    [Fact]
    public void The_generator_and_nothing_else_decides_the_key()
    {
        using var generator = new Generator(5);
        using var state = generator.get_state();
        var first = RandomKey.Draw(generator);
        var second = RandomKey.Draw(generator);
        second.Should().NotBe(first);

        generator.set_state(state);
        RandomKey.Draw(generator).Should().Be(first);
        RandomKey.Draw(generator).Should().Be(second);

        using var other = new Generator(6);
        RandomKey.Draw(other).Should().NotBe(first);
        torch.manual_seed(3);
        var standard = RandomKey.Draw(null);
        torch.manual_seed(3);
        RandomKey.Draw(null).Should().Be(standard);
    }

    [Fact]
    public void Shared_keys_differ_and_take_one_draw_of_the_generator()
    {
        using var generator = new Generator(5);
        using var replay = new Generator(5);
        using var other = new Generator(7);
        var otherFirst = Peek(7);
        var keys = new List<ulong>();
        using (RandomKey.Share(generator))
        {
            for (var i = 0; i < 1000; i++)
                keys.Add(RandomKey.Draw(generator));
            RandomKey.Draw(other).Should().Be(otherFirst);
        }

        keys.Should().OnlyHaveUniqueItems();
        _ = RandomKey.Draw(replay);
        RandomKey.Draw(generator).Should().Be(RandomKey.Draw(replay));

        static ulong Peek(ulong seed)
        {
            using var fresh = new Generator(seed);
            return RandomKey.Draw(fresh);
        }
    }

    private static double[] Uniform(ulong key, int rows)
        => [.. Enumerable.Range(0, rows).SelectMany(row => Row(key, row, Columns)).Select(n => (n >> 8) / (double)(1 << 24))];

    private static unsafe uint[] Row(ulong key, int row, int columns)
    {
        var random = new Philox(key);
        var numbers = new uint[columns];
        for (var block = 0; block < columns / Philox.BlockSize; block++)
        {
            Philox.Next(&random, block, row, out var n0, out var n1, out var n2, out var n3);
            foreach (var (vector, i) in new[] { (n0, 0), (n1, 1), (n2, 2), (n3, 3) })
                vector.CopyTo(numbers, (block * Philox.BlockSize) + (16 * i));
        }

        return numbers;
    }
}
