using System.Text.Json;
using DeepBelief.Benchmarks.Cuda;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;

namespace DeepBelief.Benchmarks.Tests.Cuda;

/// <summary>What a GPU will be checked by, on the CPU.</summary>
[Collection(Alone.Name)]
public sealed class CudaCommandTests
{
    public static TheoryData<string> Groups => [.. CudaCommand.Groups.Select(group => group.Name)];

    public static TheoryData<string> Runs => [.. ModelCase.Runs.Select(run => run.Name)];

    [SkippableFact]
    public void Without_a_GPU_one_line_says_so()
    {
        Skip.If(torch.cuda.is_available(), "There is a GPU.");

        var (exitCode, output, error) = Run();

        exitCode.Should().Be(1);
        output.Should().BeEmpty();
        error.TrimEnd().Should().StartWith("There is no cuda here").And.NotContain("\n");
    }

    [Fact]
    public void A_device_of_another_name_is_refused()
    {
        var (exitCode, output, error) = Run("--device", "gpu");

        exitCode.Should().NotBe(0);
        (output + error).Should().Contain("'gpu'").And.Contain("'cuda'");
    }

    [Theory]
    [MemberData(nameof(Groups))]
    [Trait("Category", "Slow")]
    public void The_CPU_passes_all_checks(string group)
    {
        var json = Path.Combine(Directory.CreateTempSubdirectory("deepbelief-benchmarks-tests-").FullName, "new", "results.json");

        var (exitCode, output, error) = Run("--device", "cpu", "--only", group, "--json", json);

        exitCode.Should().Be(0, error);
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        var checks = document.RootElement.GetProperty("checks").EnumerateArray().ToArray();
        checks.Should().HaveSameCount(CudaCommand.Groups.Single(known => known.Name == group).Checks());
        checks.Select(check => check.GetProperty("name").GetString()).Should().OnlyHaveUniqueItems();
        foreach (var check in checks)
        {
            output.Should().Contain($"| {check.GetProperty("name").GetString()} ");
            error.Should().Contain($"  {check.GetProperty("name").GetString()}: ");
            var judged = check.GetProperty("outcome").GetString() == "passed";
            (judged || group == "loop").Should().BeTrue("only a GPU can tell whether the host waits for it");
            if (judged)
                check.GetProperty("found").GetDouble().Should().BeInRange(double.NegativeInfinity, check.GetProperty("tolerance").GetDouble());
        }

        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(json))!, recursive: true);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Speeds_of_every_shape_and_type_are_in_the_table()
    {
        var (exitCode, output, error) = Run("--device", "cpu", "--only", "speed", "--python", "/no/such/python");

        exitCode.Should().Be(0, error);
        foreach (var shape in SpeedCase.OfCpu)
        {
            output.Should().MatchRegex($@"\| {shape.Name} +\| float32 +\| +[0-9,]+ \| +[0-9,]+ \| +[0-9.]+ \| +- \| +- \|");
            output.Should().MatchRegex($@"\| {shape.Name} +\| TF32 +\| +[0-9,]+ \|");
            output.Should().MatchRegex($@"\| {shape.Name} +\| bfloat16 +\|");
        }

        output.Should().Contain("eager PyTorch is missing");
    }

    [Fact]
    public void What_differs_too_much_or_is_no_number_or_throws_has_failed_and_the_exit_code_says_so()
    {
        static DeviceCheck Check(double? difference) => new("a", "b", 0.5, _ => difference);
        var throws = new DeviceCheck("a", "b", 0.5, _ => throw new InvalidOperationException("No such kernel.\nMore."));

        Check(0.5).Run(torch.CPU).Outcome.Should().Be(CheckOutcome.Passed);
        Check(0.51).Run(torch.CPU).Outcome.Should().Be(CheckOutcome.Failed);
        Check(double.NaN).Run(torch.CPU).Outcome.Should().Be(CheckOutcome.Failed);
        Check(null).Run(torch.CPU).Outcome.Should().Be(CheckOutcome.NotJudged);
        throws.Run(torch.CPU).Should().Match<CheckResult>(result => result.Outcome == CheckOutcome.Failed && result.Error == "No such kernel.");

        ExitCode(Check(0.5), Check(null)).Should().Be(0);
        ExitCode(Check(0.5), throws).Should().Be(1);

        static int ExitCode(params DeviceCheck[] checks)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            return CudaCommand.Run(torch.CPU, [("some", () => checks)], null, null, output, error);
        }
    }

    [Fact]
    public void Draws_of_another_distribution_are_told_by_their_moments()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(1);
        var (mean, variance) = (torch.zeros(1, 2), torch.ones(1, 2));
        var draws = torch.randn([10_000, 2], generator: generator);
        var others = torch.randn([10_000, 2], generator: generator);

        Comparison.Moments(draws, mean, variance).Should().BeLessThan(4);
        Comparison.Moments(draws + 0.1, mean, variance).Should().BeGreaterThan(5);
        Comparison.Moments(draws * 1.1, mean, variance).Should().BeGreaterThan(5);
        Comparison.Draws(draws, others).Should().BeLessThan(4);
        Comparison.Draws(draws + 0.1, others).Should().BeGreaterThan(5);
        // The same means and variances, but not independent of each other.
        Comparison.Draws(draws.narrow(1, 0, 1).expand(10_000, 2), others).Should().BeGreaterThan(5);
        Comparison.Draws(draws * float.NaN, others).Should().Be(double.NaN);
    }

    [Fact]
    public void Differences_are_parts_of_the_largest_value()
    {
        using var scope = torch.NewDisposeScope();
        var (values, zeros) = (torch.tensor([1f, -4f]), torch.zeros(2));

        Comparison.Relative(torch.tensor([1f, -3f]), values).Should().Be(0.25);
        Comparison.Relative(torch.tensor([1f]), values).Should().Be(double.PositiveInfinity);
        Comparison.Relative([values, zeros + 0.02f], [values, zeros]).Should().BeApproximately(0.5, 1e-6, "a hundredth of the largest of all is 0.04");
    }

    [Fact]
    public void A_tensor_that_an_update_leaves_behind_is_noticed()
    {
        var model = ModelCase.All[0] with
        {
            Train = (rbm, data, plan) => plan.Run(() => ((Rbm)rbm).StartTraining(data.Rows, plan.Of(new TrainingOptions { NegativePhase = new Leak() }))),
        };

        var result = LoopChecks.Tensors(model).Run(torch.CPU);

        result.Outcome.Should().Be(CheckOutcome.Failed);
        // Two epochs of 41 updates.
        result.Found.Should().Be(82);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Runs))]
    public void A_model_that_has_learned_nothing_on_the_device_is_noticed(string name)
    {
        var model = ModelCase.Runs.Single(run => run.Name == name);
        var onlyReference = model with
        {
            Train = (module, data, plan) =>
            {
                if (data.Rows.dtype == torch.ScalarType.Float64)
                    model.Train(module, data, plan);
            },
        };

        ModelChecks.Training(onlyReference).Run(torch.CPU).Outcome.Should().Be(CheckOutcome.Failed);
        ModelChecks.Training(model).Run(torch.CPU).Outcome.Should().Be(CheckOutcome.Passed);
    }

    [Fact]
    public void Every_kind_that_the_library_has_is_among_the_checks()
    {
        static IEnumerable<Type> Library<T>() => typeof(Rbm).Assembly.GetExportedTypes().Where(type => type.IsSealed && type.IsAssignableTo(typeof(T)));
        using var scope = torch.NewDisposeScope();

        UnitKind.All.Select(kind => kind.Create().GetType()).Distinct().Should().BeEquivalentTo(Library<UnitLayer>());
        SamplerChecks.Phases(1, 1).Select(phase => phase.Phase.GetType()).Distinct().Should().BeEquivalentTo(Library<NegativePhase>());
        GradientChecks.Optimizers.Select(optimizer => optimizer.Settings.GetType()).Should().BeEquivalentTo(Library<OptimizerSettings>());
        ModelCase.All.Select(model => model.Create().GetType()).Distinct().Should().BeEquivalentTo(Library<torch.nn.Module>().Except([.. Library<UnitLayer>(), typeof(UntiedLayer)]));
    }

    private sealed record Leak() : NegativePhase(1)
    {
        public override NegativeSampler CreateSampler(IEnergyModel model, torch.Tensor data, torch.Generator? generator) => new Sampler(model);

        private sealed class Sampler(IEnergyModel model) : NegativeSampler
        {
            public override torch.Tensor Sample(torch.Tensor batch)
            {
                _ = torch.zeros(1).DetachFromDisposeScope();
                return model.Transition(batch);
            }
        }
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CudaCommand.Create().Parse(arguments).Invoke(new() { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }
}
