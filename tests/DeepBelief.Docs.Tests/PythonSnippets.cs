using DeepBelief;
using DeepBelief.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Snippets;

/// <summary>The Python of docs/files.md, run where there is a Python with torch.</summary>
public sealed class PythonSnippets : Support.SnippetTests
{
    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Ten_lines_of_torch_compute_what_the_models_do()
    {
        using var rows = rand(4, 6, float32).round();
        using var rbm = Rbm.Bernoulli(6, 5, WeightInitialization.Normal(1), seed: 1);
        using var dbn = Dbn.Bernoulli([6, 5, 4, 3], WeightInitialization.Normal(1), seed: 2);
        using var dbm = Dbm.Bernoulli([6, 5, 4, 3], WeightInitialization.Normal(0.3), seed: 3);
        using (no_grad())
        {
            foreach (var (name, parameter) in rbm.named_parameters().Concat(dbn.named_parameters()).Concat(dbm.named_parameters()))
            {
                if (name.EndsWith("bias", StringComparison.Ordinal))
                    _ = nn.init.normal_(parameter, 0, 0.5);
            }
        }

        rbm.Save("rbm.pt");
        dbn.Save("dbn.pt");
        dbm.Save("dbm.pt");
        NpyFile.Save("rows.npy", rows);

        Computed("rbm", "hidden_mean").ShouldBe(rbm.HiddenMean(rows), 1e-6);
        Computed("rbm", "free_energy").ShouldBe(rbm.FreeEnergy(rows), 1e-5);
        Computed("dbn", "transform").ShouldBe(dbn.Transform(rows), 1e-6);
        Computed("dbm", "transform").ShouldBe(dbm.Transform(rows, new() { MostSweeps = 200, Tolerance = 1e-7 }), 1e-5);
    }

    // The energies of others' machines, as their sources have them, and that of what they write for Rbm.Load.
    [SkippableTheory]
    [InlineData("scikit_learn", "plain")]
    [InlineData("rbms", "plain")]
    [InlineData("learnergy", "plain")]
    [InlineData("pydeep", "centred")]
    [Trait("Category", "Slow")]
    public void Lines_that_write_the_machines_of_others_keep_their_energies(string library, string energy)
    {
        using var states = tensor(new[,] { { 0.0, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1, 1, 1 } });
        NpyFile.Save("rows.npy", states);
        const string Machines =
            """
            import numpy, types
            rng = numpy.random.RandomState(1)
            w, a, b, oa, ob = rng.randn(3, 2), rng.randn(3), rng.randn(2), rng.rand(3), rng.rand(2)
            rbm = types.SimpleNamespace(components_=w.T, intercept_visible_=a, intercept_hidden_=b)
            file = {'update_1000': {'params': {'weight_matrix': w, 'vbias': a, 'hbias': b}}}
            sys.modules['h5py'] = types.SimpleNamespace(File=lambda path, mode: file)
            model = torch.nn.ParameterDict({name: torch.nn.Parameter(torch.tensor(value)) for name, value in (('W', w), ('a', a), ('b', b))})
            machine = types.SimpleNamespace(w=w, bv=a[None], bh=b[None], ov=oa[None], oh=ob[None])
            def plain(v, h):
                return -v @ a - h @ b - ((v @ w) * h).sum(1)
            def centred(v, h):
                return plain(v - oa, h - ob)
            def free(v, energy):
                return -numpy.log(sum(numpy.exp(-energy(v, numpy.array([[i, j]]))) for i in (0., 1.) for j in (0., 1.)))
            """;
        var printed = Python($"{Machines}\n{Repository($"tests/DeepBelief.Docs.Tests/Python/others/{library}.py")}\nprint(*free(numpy.load('rows.npy'), {energy}))");
        using var machine = Rbm.Load("rbm.npz");
        using var energies = machine.FreeEnergy(states);
        var (found, expected) = (energies.data<double>().ToArray(), Numbers(printed));
        // Up to a constant, which says nothing.
        found.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - found[0] - (pair.Second - expected[0])) < 1e-9);
    }

    private static double[] Computed(string model, string function)
    {
        var script = Repository($"tests/DeepBelief.Docs.Tests/Python/{model}.py");
        return Numbers(Python($"{script}\nimport numpy\nprint(*{function}(torch.from_numpy(numpy.load('rows.npy'))).flatten().tolist())"));
    }

    private static string Repository(string path) => Support.Repository.Read(path).ReplaceLineEndings("\n");

    private static string Python(string script) => global::DeepBelief.Tests.Support.Python.Run(script);

    private static double[] Numbers(string text)
        => [.. text.Split(' ').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
}

file static class Comparison
{
    public static void ShouldBe(this double[] found, Tensor expected, double tolerance)
    {
        using var values = expected.detach().to(ScalarType.Float64).flatten();
        found.Should().HaveCount((int)values.numel());
        found.Zip(values.data<double>().ToArray(), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(tolerance);
    }
}
