using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Persistence;

public sealed class ScikitLearnFormatTests
{
    [Fact]
    public void A_machine_of_scikit_learn_is_read_by_its_names_and_needs_all_of_them()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var weights = torch.tensor(new[,] { { 1.5, -2, 0.25 }, { 0, 3, -1 } });
        var arrays = new Dictionary<string, Tensor>
        {
            ["components_"] = weights,
            ["intercept_hidden_"] = torch.tensor(new[] { 0.5, -0.5 }),
            ["intercept_visible_"] = torch.tensor(new[] { 1.0, 2, 3 }),
            ["n_features_in_"] = torch.tensor(3L),
        };
        NpzFile.Save(folder.File("rbm.npz"), arrays);
        using var rbm = Rbm.Load(folder.File("rbm.npz"));
        // Its energy is -v·intercept_visible_ - h·intercept_hidden_ - h W v: here of v = (1, 0, 1), with h summed out.
        double[] inputs = [0.5 + 1.5 + 0.25, -0.5 - 1];
        rbm.FreeEnergy(torch.tensor(new[,] { { 1.0, 0, 1 } })).ShouldBeNear([-4 - inputs.Sum(x => Math.Log(1 + Math.Exp(x)))], 1e-12);

        var load = () => Rbm.Load(folder.File("rbm.npz"));
        arrays["intercept_visible_"] = torch.ones(2, dtype: ScalarType.Float64);
        NpzFile.Save(folder.File("rbm.npz"), arrays);
        load.Should().Throw<DataFormatException>().WithMessage("*rbm.npz: file/intercept_visible_: expected shape [3], found [2].");
        _ = arrays.Remove("intercept_visible_");
        NpzFile.Save(folder.File("rbm.npz"), arrays);
        load.Should().Throw<DataFormatException>().WithMessage("*file/intercept_visible_: expected shape [3], found none.");
        arrays["components_"] = weights[0];
        NpzFile.Save(folder.File("rbm.npz"), arrays);
        load.Should().Throw<DataFormatException>().WithMessage("*file/components_: expected shape [hidden, visible], found [3].");
        var other = () => Dbn.Load(folder.File("rbm.npz"));
        other.Should().Throw<DataFormatException>().WithMessage("*expected a dbn, found components_ of a machine of scikit-learn, which Rbm.Load reads.");
        _ = arrays.Remove("components_");
        NpzFile.Save(folder.File("rbm.npz"), arrays);
        load.Should().Throw<DataFormatException>().WithMessage("*found a plain state dict. Load it with LoadStateDict*");
    }

    [Fact]
    public void What_scikit_learn_cannot_hold_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Gaussian(3, 2);
        using var dbn = Dbn.Bernoulli(3, 2, 2);
        using var net = Classifier.Random([3], 2);
        foreach (var (save, message) in new (Action, string)[]
        {
            (() => rbm.Save(folder.File("x"), ModelFormat.ScikitLearn), "*Bernoulli units*found gaussian and bernoulli*"),
            (() => dbn.Save(folder.File("x"), ModelFormat.ScikitLearn), "*Expected an rbm*found a dbn*"),
            (() => net.Save(folder.File("x"), ModelFormat.ScikitLearn), "*Expected an rbm*found a classifier*"),
        })
            save.Should().Throw<ArgumentException>().WithMessage(message);
        folder.Files.Should().BeEmpty();
    }

    // Of NumPy alone: what scikit-learn's BernoulliRBM computes of its parameters.
    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Python_reads_the_parameters_and_writes_them()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var rbm = Rbm.Bernoulli(3, 2, WeightInitialization.Normal(1), seed: 1);
        Make.Randomise(rbm, 1, 1);
        rbm.Save(folder.File("rbm.npz"), ModelFormat.ScikitLearn);
        var printed = Python.Run(
            """
            import numpy, types
            rbm = types.SimpleNamespace()
            rbm.__dict__.update(numpy.load(sys.argv[1] + '/rbm.npz'))
            v = numpy.array([[1., 0., 1.]])
            print(*(1 / (1 + numpy.exp(-(v @ rbm.components_.T + rbm.intercept_hidden_))))[0])
            print(*rbm.intercept_visible_)
            numpy.savez(sys.argv[1] + '/again.npz', components_=rbm.components_, intercept_hidden_=rbm.intercept_hidden_, intercept_visible_=rbm.intercept_visible_)
            """,
            folder.Path).Split('\n');
        Numbers(printed[0]).ShouldBeNear(rbm.HiddenMean(torch.tensor(new[,] { { 1f, 0, 1 } })).flatten(), 1e-6);
        Numbers(printed[1]).ShouldBeNear(rbm.state_dict()["visible.bias"], 1e-6);
        using var again = Rbm.Load(folder.File("again.npz"));
        foreach (var (key, values) in rbm.state_dict())
            Near.SameBits(again.state_dict()[key], values).Should().BeTrue(key);

        static Tensor Numbers(string text)
            => torch.tensor(text.Split(' ').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray());
    }
}
