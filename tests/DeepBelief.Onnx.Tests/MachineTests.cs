using DeepBelief.Onnx.Tests.Support;
using DeepBelief.Units;
using Xunit.Abstractions;

namespace DeepBelief.Onnx.Tests;

/// <summary>Machines of all kinds of units give in ONNX Runtime what they give here.</summary>
public sealed class MachineTests(ITestOutputHelper log)
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var visible in Make.Kinds.Keys)
            {
                foreach (var hidden in Make.Kinds.Keys)
                    pairs.Add(visible, hidden);
            }

            return pairs;
        }
    }

    public static TheoryData<string> Kinds => [.. Make.Kinds.Keys];

    [Fact]
    public void All_kinds_of_units_are_there()
    {
        var types = typeof(UnitLayer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(UnitLayer)) && !type.IsAbstract);
        Make.Kinds.Values.Select(create => create().GetType()).Distinct().Should().BeEquivalentTo(types);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Features_free_energies_and_reconstructions_are_the_same(string visible, string hidden)
    {
        using var rbm = Make.Rbm(visible, hidden);
        foreach (var count in new[] { 1, 2, 33 })
        {
            using var rows = Make.Rows(rbm.Visible, count);
            Check($"{visible}-{hidden} features", rbm, OnnxOutput.Features, rows, rbm.Transform);
            Check($"{visible}-{hidden} free energy", rbm, OnnxOutput.FreeEnergy, rows, rbm.FreeEnergy);
            Check($"{visible}-{hidden} reconstructions", rbm, OnnxOutput.Reconstructions, rows, data => rbm.Reconstruct(data));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Extreme_inputs_stay_accurate(string kind)
    {
        // Inputs of hundreds, of both signs, where exponentials overflow and tails underflow.
        using var hidden = Make.Rbm("bernoulli", kind, deviation: 200);
        using var bits = Make.Rows(hidden.Visible, 40, deviation: 3);
        Check($"{kind} hidden, extreme features", hidden, OnnxOutput.Features, bits, hidden.Transform);
        Check($"{kind} hidden, extreme free energy", hidden, OnnxOutput.FreeEnergy, bits, hidden.FreeEnergy);

        using var visible = Make.Rbm(kind, "bernoulli", deviation: 30);
        using var rows = Make.Rows(visible.Visible, 40, deviation: 100);
        Check($"{kind} visible, extreme free energy", visible, OnnxOutput.FreeEnergy, rows, visible.FreeEnergy);
    }

    [Fact]
    public void The_tail_of_ReLU_units_is_accurate_in_each_value()
    {
        // s from -10,000 to 10,000: means from 1e-4 on, and log-normalisers, relative to themselves.
        var arguments = Enumerable.Range(-80, 161).Select(i => (double)Math.Sign(i) * Math.Pow(10, Math.Abs(i) / 20.0)).ToArray();
        using var rbm = Make.Randomised(new Rbm(new GaussianUnits(1), new ReluUnits(1)), 1, 0);
        using (torch.no_grad())
            _ = rbm.Weight.fill_(1);
        using var exact = rbm.Clone().to(ScalarType.Float64);
        using var rows = torch.tensor(arguments).unsqueeze(1);
        foreach (var (output, map) in new (OnnxOutput, Func<Tensor, Tensor>)[] { (OnnxOutput.Features, exact.Transform), (OnnxOutput.FreeEnergy, v => exact.FreeEnergy(v) - ((v * v).sum(1) / 2)) })
        {
            using var file = new OnnxFile(rbm, output);
            using var expected = map(rows.to(ScalarType.Float32).to(ScalarType.Float64));
            foreach (var (values, _) in file.Run(rows))
            {
                values.Should().OnlyContain(value => double.IsFinite(value));
                var errors = values.Select((value, i) =>
                {
                    var x = (double)(float)arguments[i];
                    var e = expected[i].reshape(1).item<double>();
                    // A free energy is x²/2 less the log-normaliser, and has the digits of the larger.
                    return output == OnnxOutput.Features ? Math.Abs((value / e) - 1) : Math.Abs(value - (x * x / 2) - e) / Math.Max(Math.Abs(e), x * x / 2);
                }).ToArray();
                log.WriteLine($"{output}: {errors.Max():e1}");
                errors.Max().Should().BeLessThan(2e-6);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(10_000)]
    [InlineData(1 << 24)]
    public void Counts_of_many_trials_keep_their_binomial_coefficients(int trials)
    {
        using var rbm = Make.Randomised(new Rbm(new BinomialUnits(1, trials), new BernoulliUnits(1)), 1, 0);
        using var exact = rbm.Clone().to(ScalarType.Float64);
        double[] counts = [.. new double[] { 0, 1, 2, 3, trials / 3, trials / 2, trials - 2, trials - 1, trials }.Where(count => count >= 0 && count <= trials), 0.5, trials / 2.0, trials - 0.5];
        using var rows = torch.tensor(counts).unsqueeze(1).to(ScalarType.Float32);
        using var expected = exact.FreeEnergy(rows.to(ScalarType.Float64));
        using var file = new OnnxFile(rbm, OnnxOutput.FreeEnergy);
        foreach (var (values, _) in file.Run(rows))
        {
            values.Should().OnlyContain(value => double.IsFinite(value));
            var errors = values.Select((value, i) => Math.Abs(value - expected[i].item<double>()) / Math.Max(1, Math.Abs(expected[i].item<double>()))).ToArray();
            log.WriteLine($"{trials}: {errors.Max():e1}");
            errors.Max().Should().BeLessThan(Tolerance);
        }
    }

    [Fact]
    public void A_Gaussian_machine_takes_data_of_any_location_and_scale()
    {
        using var rbm = Make.Randomised(new Rbm(new GaussianUnits(3), new BernoulliUnits(4), WeightInitialization.Normal(1), 1), 1, 0.5);
        using var noGrad = torch.no_grad();
        using var deviations = torch.tensor(new[] { 1e-3f, 1, 1000 });
        using var locations = torch.tensor(new[] { 0.5f, -20, 30_000 });
        _ = ((GaussianUnits)rbm.Visible).Bias.copy_(locations);
        _ = ((GaussianUnits)rbm.Visible).LogVariance.copy_(deviations.log() * 2);
        _ = rbm.Weight.div_(deviations);
        using var rows = locations + (deviations * Make.Normal(3, 1, 50, 3));
        Check("gaussian of any scale, features", rbm, OnnxOutput.Features, rows, rbm.Transform);
        Check("gaussian of any scale, free energy", rbm, OnnxOutput.FreeEnergy, rows, rbm.FreeEnergy);
        Check("gaussian of any scale, reconstructions", rbm, OnnxOutput.Reconstructions, rows, data => rbm.Reconstruct(data));
    }

    [Fact]
    public void A_machine_of_float64_is_written_in_float32()
    {
        using var rbm = Make.Rbm("gaussian", "relu").to(ScalarType.Float64);
        using var rows = Make.Rows(rbm.Visible, 9).to(ScalarType.Float64);
        Check("float64", rbm, null, rows, rbm.Transform);
    }

    [Fact]
    public void No_rows_give_no_rows()
    {
        using var rbm = Make.Rbm("composite", "composite");
        using var file = new OnnxFile(rbm);
        using var none = torch.zeros(0, 6);
        file.Run(none).Should().AllSatisfy(result => result.Shape.Should().Equal(0, 6));
    }

    private void Check(string what, torch.nn.Module model, OnnxOutput? output, Tensor rows, Func<Tensor, Tensor> map)
    {
        using var file = new OnnxFile(model, output);
        using var expected = map(rows);
        var deviation = file.Deviation(rows, expected);
        log.WriteLine($"{what}: {deviation:e1}");
        deviation.Should().BeLessThan(Tolerance, what);
    }
}
