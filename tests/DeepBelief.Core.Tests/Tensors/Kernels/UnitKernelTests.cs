using DeepBelief.Tensors;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Tensors.Kernels;

public sealed class UnitKernelTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 3, 15 }, { 2, 16 }, { 4, 17 }, { 5, 63 }, { 3, 64 }, { 2, 65 }, { 100, 784 }, { 1, 40_000 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Binary_means_are_the_sigmoid_and_states_are_uniform_numbers_below_them(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        const ulong Key = 0xFEDCBA9876543210;
        var inputs = Floats(1, 3, rows, columns);
        var bias = Floats(2, 1, columns);
        var (means, states) = (torch.full(rows, columns, 7, ScalarType.Float32), torch.full(rows, columns, 7, ScalarType.Float32));
        BernoulliKernel.Activate(inputs, bias, means, states, Key);

        var exact = (inputs.to(ScalarType.Float64) + bias.to(ScalarType.Float64)).sigmoid();
        var error = ((means.to(ScalarType.Float64) - exact) / exact).abs().max().ToDouble();
        error.Should().BeLessThan(1e-6); // of which the sum of input and bias has its part
        var (p, s) = (Enumeration.Read(exact), Enumeration.Read(states));
        var numbers = XoroshiroReference.Matrix(Key, rows, columns);
        var unclear = 0;
        for (var i = 0; i < p.Length; i++)
        {
            var u = ((numbers[i] >> 1) | 1) / (double)(1L << 31);
            if (Math.Abs(u - p[i]) < 1e-6)
                unclear++;
            else
                s[i].Should().Be(u < p[i] ? 1 : 0);
        }

        unclear.Should().BeLessThan(5);

        // One at a time, they are the same; and nothing is written where nothing is asked for.
        var (meansAlone, statesAlone) = (torch.zeros(rows, columns), torch.zeros(rows, columns));
        BernoulliKernel.Activate(inputs, bias, meansAlone, null, 0);
        BernoulliKernel.Activate(inputs, bias, null, statesAlone, Key);
        Near.SameBits(meansAlone, means).Should().BeTrue();
        Near.SameBits(statesAlone, states).Should().BeTrue();
    }

    [Fact]
    public void The_sigmoid_is_accurate_everywhere_and_well_behaved_at_the_ends()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.linspace(-87, 30, 1_000_001);
        var exact = x.to(ScalarType.Float64).sigmoid();
        var means = Means(x);
        ((means.to(ScalarType.Float64) - exact) / exact).abs().max().ToDouble().Should().BeLessThan(4e-7);

        var ends = Enumeration.Read(Means(torch.tensor(new[]
        {
            float.NegativeInfinity, -1e30f, -100f, -88f, 17f, 88f, 100f, 1e30f, float.PositiveInfinity, float.NaN, 0f, -0f,
        })));
        ends[0].Should().Be(0);
        ends[1].Should().Be(0);
        ends[2].Should().BeInRange(0, 1e-38);
        ends[3].Should().BeInRange(0, 1e-38);
        ends[4].Should().BeApproximately(1, 6e-8);
        ends[5..9].Should().AllBeEquivalentTo(1.0);
        ends[9].Should().Be(double.NaN);
        ends[10].Should().Be(0.5);
        ends[11].Should().Be(0.5);

        static Tensor Means(Tensor inputs)
        {
            var means = torch.zeros(1, inputs.shape[0]);
            BernoulliKernel.Activate(inputs.unsqueeze(0), torch.zeros(inputs.shape[0]), means, null, 0);
            return means.squeeze(0);
        }
    }

    [Fact]
    public void Certain_units_are_never_otherwise()
    {
        using var scope = torch.NewDisposeScope();
        var inputs = torch.tensor(new[] { float.NegativeInfinity, -200f, 200f, float.PositiveInfinity, float.NaN }).repeat(100_000, 1);
        var states = torch.empty_like(inputs);
        BernoulliKernel.Activate(inputs, torch.zeros(5), null, states, 11);
        Enumeration.Read(states.sum(dim: 0)).Should().Equal(0, 0, 100_000, 100_000, 0);
    }

    [Fact]
    public void Rare_units_are_on_as_often_as_their_probability_says()
    {
        // Less than half of 2^-24, the step of numbers with the digits of a float.
        const double Probability = 2e-8;
        const long Draws = 1_000_000_000;
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        using var units = new BernoulliUnits(10_000);
        using var noGrad = torch.no_grad();
        _ = units.Bias.fill_(Math.Log(Probability / (1 - Probability)));
        var inputs = torch.zeros(1000, 10_000, ScalarType.Float32);
        var states = torch.empty_like(inputs);
        var count = 0.0;
        for (var drawn = 0L; drawn < Draws; drawn += inputs.numel())
        {
            units.Activate(inputs, null, states, generator);
            count += states.sum().ToDouble();
        }

        count.Should().BeApproximately(Draws * Probability, 4 * Math.Sqrt(Draws * Probability));
    }

    [Fact]
    public void Binary_states_have_their_probabilities()
    {
        const int Rows = 400_000;
        using var scope = torch.NewDisposeScope();
        var p = new[] { 1e-4, 0.01, 0.3, 0.5, 0.9, 0.999 };
        var bias = torch.tensor(p.Select(x => (float)Math.Log(x / (1 - x))).ToArray());
        var states = torch.empty(Rows, p.Length);
        BernoulliKernel.Activate(torch.zeros(Rows, p.Length), bias, null, states, 12);
        var found = Enumeration.Read(states.mean(new long[] { 0 }));
        for (var i = 0; i < p.Length; i++)
            found[i].Should().BeApproximately(p[i], 5 * Math.Sqrt(p[i] * (1 - p[i]) / Rows));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gaussian_states_are_means_and_noise_times_deviations(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Floats(1, 2, rows, columns);
        var (bias, logVariance) = (Floats(2, 1, columns), Floats(3, 1, columns));
        var (variance, deviation) = (logVariance.exp(), (0.5 * logVariance).exp());
        var (means, states, noise) = (torch.zeros(rows, columns), torch.zeros(rows, columns), torch.zeros(rows, columns));
        GaussianKernel.Activate(inputs, bias, variance, deviation, means, states, 9);
        GaussianKernel.Activate(torch.zeros(rows, columns), torch.zeros(columns), torch.ones(columns), torch.ones(columns), null, noise, 9);
        means.ShouldBeNear((inputs * variance) + bias, 1e-4);
        states.ShouldBeNear(means + (noise * deviation), 1e-4);
        var z = Enumeration.Read(noise);
        for (var row = 0; row < rows; row++)
        {
            // Whole pairs of 16 columns, though the matrix may have fewer.
            var numbers = XoroshiroReference.Row(9, row, (columns + 31) / 32 * 32);
            for (var column = 0; column < columns; column++)
                z[(row * columns) + column].Should().BeApproximately(BoxMuller(numbers, column), 2e-6);
        }
    }

    [Fact]
    public void Gaussian_noise_is_normal()
    {
        const int Rows = 2000;
        const int Columns = 1000;
        const double N = (double)Rows * Columns;
        using var scope = torch.NewDisposeScope();
        var noise = torch.empty(Rows, Columns);
        GaussianKernel.Activate(torch.zeros(Rows, Columns), torch.zeros(Columns), torch.ones(Columns), torch.ones(Columns), null, noise, 21);
        var z = Enumeration.Read(noise);

        z.Average().Should().BeApproximately(0, 5 / Math.Sqrt(N));
        z.Average(x => x * x).Should().BeApproximately(1, 5 * Math.Sqrt(2 / N));
        z.Average(x => x * x * x).Should().BeApproximately(0, 5 * Math.Sqrt(15 / N));
        z.Average(x => x * x * x * x).Should().BeApproximately(3, 5 * Math.Sqrt(96 / N));

        // Kolmogorov and Smirnov: the largest distance from the normal distribution is above 1.95 / sqrt(n) once in 1000.
        var sorted = (double[])z.Clone();
        Array.Sort(sorted);
        var distribution = Enumeration.Read(((torch.tensor(sorted) / Math.Sqrt(2)).erf() + 1) * 0.5);
        var distance = 0.0;
        for (var i = 0; i < sorted.Length; i++)
            distance = Math.Max(distance, Math.Max(Math.Abs(distribution[i] - (i / N)), Math.Abs(distribution[i] - ((i + 1) / N))));
        distance.Should().BeLessThan(1.95 / Math.Sqrt(N));

        // The tails, on both sides.
        foreach (var (limit, tail) in new[] { (2.0, 0.0227501), (3, 0.00134990), (4, 3.16712e-5), (4.5, 3.39767e-6) })
        {
            z.Count(x => x > limit).Should().BeInRange((int)((N * tail) - (5 * Math.Sqrt(N * tail))), (int)((N * tail) + (5 * Math.Sqrt(N * tail)) + 1));
            z.Count(x => x < -limit).Should().BeInRange((int)((N * tail) - (5 * Math.Sqrt(N * tail))), (int)((N * tail) + (5 * Math.Sqrt(N * tail)) + 1));
        }

        // The two numbers of a pair, 16 columns apart, have neither sign nor size in common; nor have neighbours.
        foreach (var lag in new[] { 1, 16, 32, 64, Columns })
        {
            double product = 0, squares = 0;
            for (var i = 0; i < z.Length - lag; i++)
            {
                product += z[i] * z[i + lag];
                squares += ((z[i] * z[i]) - 1) * ((z[i + lag] * z[i + lag]) - 1);
            }

            (product / (N - lag)).Should().BeApproximately(0, 5 / Math.Sqrt(N));
            (squares / (N - lag)).Should().BeApproximately(0, 5 * 2 / Math.Sqrt(N));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dropout_leaves_out_what_has_a_number_below_the_rate(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var numbers = XoroshiroReference.Matrix(13, rows, columns);
        foreach (var rate in new[] { 0.2, 0.75 })
        {
            var factors = torch.full(rows, columns, 7, ScalarType.Float32);
            DropoutKernel.Fill(factors, rate, 13);
            var (found, kept) = (Enumeration.Read(factors), (double)(float)(1 / (1 - rate)));
            for (var i = 0; i < found.Length; i++)
            {
                var u = ((numbers[i] >> 1) | 1) / (double)(1L << 31);
                found[i].Should().Be(u < rate ? 0 : kept);
            }
        }
    }

    [Fact]
    public void Dropout_leaves_out_as_many_as_it_should()
    {
        const int Rows = 400_000;
        using var scope = torch.NewDisposeScope();
        foreach (var rate in new[] { 1e-4, 0.2, 0.5, 0.999 })
        {
            var factors = torch.empty(Rows, 5);
            DropoutKernel.Fill(factors, rate, 14);
            foreach (var left in Enumeration.Read(factors.gt(0).to(ScalarType.Float64).mean(new long[] { 0 })))
                left.Should().BeApproximately(1 - rate, 5 * Math.Sqrt(rate * (1 - rate) / Rows));
        }
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        using var scope = torch.NewDisposeScope();
        using (new TorchThreads(1))
        {
            var alone = Results();
            foreach (var threads in new[] { 2, 3, 4 })
            {
                torch.set_num_threads(threads);
                for (var repetition = 0; repetition < 5; repetition++)
                    Near.SameBits(Results(), alone).Should().BeTrue();
            }
        }

        static Tensor Results()
        {
            var inputs = Floats(1, 2, 200, 501);
            var (bias, ones, sums) = (Floats(2, 1, 501), torch.ones(501), torch.zeros(501));
            var results = new Tensor[] { torch.zeros(200, 501), torch.zeros(200, 501), torch.zeros(200, 501), torch.zeros(200, 501) };
            BernoulliKernel.Activate(inputs, bias, results[0], results[1], 5);
            GaussianKernel.Activate(inputs, bias, ones, ones, null, results[2], 5);
            DropoutKernel.Fill(results[3], 0.4, 5);
            ColumnSums.Add(inputs, bias, sums, null, 1);
            return torch.cat([.. results, sums.unsqueeze(0)]);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 37)]
    [InlineData(100, 784)]
    public void Gathered_rows_are_those_of_torch(int count, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var data = Floats(1, 1, 50, columns);
        using var generator = new Generator(4);
        var rows = torch.randint(0L, 50, [(long)count + 3], ScalarType.Int64, generator: generator);
        foreach (var first in new[] { 0, 3 })
        {
            var gathered = torch.full(count, columns, 7f);
            GatherKernel.Gather(data, rows, first, gathered);
            Near.SameBits(gathered, data.index_select(0, rows.narrow(0, first, count))).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 784)]
    [InlineData(1000, 37)]
    public void Sums_over_rows_are_those_of_torch(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        var (values, center) = (Floats(1, 1, rows, columns), Floats(2, 1, columns));
        var (sums, squares) = (torch.ones(columns), torch.ones(columns));
        ColumnSums.Add(values, center, sums, squares, -0.5);
        var deviations = values.to(ScalarType.Float64) - center.to(ScalarType.Float64);
        sums.to(ScalarType.Float64).ShouldBeNear(1 - (0.5 * deviations.sum(dim: 0)), 2e-6 * (rows + 1));
        squares.to(ScalarType.Float64).ShouldBeNear(1 - (0.5 * deviations.square().sum(dim: 0)), 5e-6 * (rows + 1));
        var plain = torch.zeros(columns);
        ColumnSums.Add(values, null, plain, null, 2);
        plain.to(ScalarType.Float64).ShouldBeNear(2 * values.to(ScalarType.Float64).sum(dim: 0), 2e-6 * (rows + 1));
    }

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("gaussian")]
    [InlineData("relu")]
    public void A_layer_samples_the_same_whatever_the_layout_of_its_inputs(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var layer = Make.Units(kind, 40);
        _ = layer.to(ScalarType.Float32);
        var inputs = Floats(3, 1, 6, 40);
        var crosswise = inputs.t().contiguous().t();
        using var one = new Generator(1);
        using var other = new Generator(1);
        Near.SameBits(layer.Sample(inputs, one), layer.Sample(crosswise, other)).Should().BeTrue();
    }

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("gaussian")]
    public void Activation_gives_means_and_samples_in_both_element_types(string kind)
    {
        const int Rows = 100_000;
        using var scope = torch.NewDisposeScope();
        using var layer = Make.Units(kind, 3);
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            _ = layer.to(type);
            var inputs = torch.tensor(new[] { 0.5, -1, 1.5 }, type).repeat(Rows, 1);
            var (means, states) = (torch.empty_like(inputs), torch.empty_like(inputs));
            using var generator = new Generator(4);
            layer.Activate(inputs, means, states, generator);
            means.ShouldBeNear(layer.Mean(inputs), 1e-6);
            var deviation = Enumeration.Read(layer.Variance(inputs).narrow(0, 0, 1)).Select(Math.Sqrt).ToArray();
            var (found, expected) = (Enumeration.Read(states.to(ScalarType.Float64).mean(new long[] { 0 })), Enumeration.Read(means.narrow(0, 0, 1)));
            for (var i = 0; i < 3; i++)
                found[i].Should().BeApproximately(expected[i], 5 * deviation[i] / Math.Sqrt(Rows));

            using var again = new Generator(4);
            layer.Activate(inputs, null, inputs, again);
            Near.SameBits(inputs, states).Should().BeTrue("the states may take the place of the inputs");
        }
    }

    private static Tensor Floats(long seed, double deviation, params long[] shape) => Make.Normal(seed, deviation, shape).to(ScalarType.Float32);

    private static double BoxMuller(uint[] numbers, int column)
    {
        var second = column % 32 >= 16;
        var (radius, angle) = (numbers[second ? column - 16 : column], numbers[second ? column : column + 16]);
        var r = Math.Sqrt(-2 * Math.Log((float)((radius >> 1) + 0.5f) / 2147483648.0));
        var phi = 2 * Math.PI * ((angle & 0xFFFFFF) + 0.5) / (1 << 27);
        var swap = angle >> 31 == 1;
        return r * (second == swap ? Math.Cos(phi) : Math.Sin(phi)) * ((angle >> (second ? 29 : 30) & 1) == 1 ? -1 : 1);
    }
}
