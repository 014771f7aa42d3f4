using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

public sealed class ModuleStateTests
{
    [Fact]
    public void The_state_of_any_module_comes_back()
    {
        using var folder = new TemporaryFolder();
        using var saved = Normalised(1);
        saved.SaveStateDict(folder.File("state.pt"));
        using var loaded = Normalised(2);
        loaded.LoadStateDict(folder.File("state.pt"));
        foreach (var (key, values) in saved.state_dict())
            Near.SameBits(loaded.state_dict()[key], values).Should().BeTrue(key);
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void PyTorch_takes_the_state_of_any_module()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var saved = Normalised(1);
        saved.SaveStateDict(folder.File("state.pt"));
        using var input = torch.ones(2, 3, ScalarType.Float32);
        saved.eval();
        var printed = Python.Run(
            """
            net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
            net.load_state_dict(torch.load(sys.argv[1]))
            print(*net.eval()(torch.ones(2, 3)).flatten().tolist())
            """,
            folder.File("state.pt"));
        var expected = saved.call(input).detach().data<float>().ToArray();
        printed.Split(' ').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))
            .Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6);
    }

    /// <summary>A module with buffers, one of them an integer.</summary>
    private static TorchSharp.Modules.Sequential Normalised(int seed)
    {
        _ = torch.manual_seed(seed);
        var net = torch.nn.Sequential(("0", torch.nn.Linear(3, 4)), ("1", torch.nn.BatchNorm1d(4)));
        using var scope = torch.NewDisposeScope();
        _ = net.call(torch.rand(10, 3));
        return net;
    }
}
