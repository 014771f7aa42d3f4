using DeepBelief.Tensors;
using System.Runtime.Intrinsics;
using DeepBelief.Tests.Oracles;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class XoroshiroTests
{
    private const int Columns = 4096;

    [Fact]
    public void Known_answers()
    {
        // Of the tests of Rust's crate rand_xoshiro, whose authors took them from the C code of the generators' authors.
        ulong[] expected = [393217, 669327710093319, 1732421326133921491, 11394790081659126983, 9555452776773192676, 3586421180005889563];
        var reference = new XoroshiroReference(1, 2);
        var random = new Xoroshiro(Vector512.Create(1UL), Vector512.Create(2UL));
        foreach (var number in expected)
        {
            reference.Next().Should().Be(number);
            random.Next().AsUInt64().Should().Be(Vector512.Create(number));
        }

        XoroshiroReference.SplitMix(1234567, 0).Should().Be(6457827717110365317);
        XoroshiroReference.SplitMix(1234567, 1).Should().Be(3203168211198807973);
    }

    [Theory]
    [InlineData(0x0123456789ABCDEF)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0)]
    public void Every_element_has_the_number_of_its_row_and_column(ulong key)
    {
        foreach (var row in new[] { 0, 1, 7, int.MaxValue })
            Row(key, row, 192).Should().Equal(XoroshiroReference.Row(key, row, 192));
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
            {
                // Who shares what is shared already changes nothing.
                using var again = RandomKey.Share(generator);
                keys.Add(RandomKey.Draw(generator));
            }

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

    private static uint[] Row(ulong key, int row, int columns)
    {
        var random = new Xoroshiro(key, row);
        var numbers = new uint[columns];
        for (var column = 0; column < columns; column += 16)
            random.Next().CopyTo(numbers, column);
        return numbers;
    }
}
