using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Files;

/// <summary>State dicts in the layouts of other people's checkpoints.</summary>
public sealed class StateDictLayoutTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model_state")]
    [InlineData("model")]
    [InlineData("net")]
    [InlineData("network")]
    [InlineData("state")]
    [InlineData("whatever it is called")]
    public void The_one_dictionary_of_tensors_is_the_state_dict(string key)
    {
        var origin = Load(new()
        {
            ["epoch"] = 3,
            [key] = State(),
            ["optimizer_state_dict"] = new Dictionary<string, object?> { ["state"] = new Dictionary<long, object?> { [0] = State() }, ["param_groups"] = new List<object?>() },
            ["best"] = torch.tensor(0.5),
        });
        (origin.Key, origin.Prefix).Should().Be((key, ""));
        origin.NotLoaded.Should().Equal("epoch", "optimizer_state_dict", "best");
    }

    [Fact]
    public void Of_several_the_usual_name_decides_or_the_caller()
    {
        Dictionary<string, object?> file = new() { ["model"] = State(), ["statistics"] = Other() };
        var origin = Load(file);
        origin.Key.Should().Be("model");
        origin.NotLoaded.Should().Equal("statistics");
        Load(new() { ["model"] = Other(), ["state_dict"] = State() }).Key.Should().Be("state_dict");

        Dictionary<string, object?> two = new() { ["generator"] = State(), ["discriminator"] = Other(), ["epoch"] = 1 };
        Refused(two, null, "*net.pt: file: expected one state dict, found generator, discriminator. The argument key says which to load.");
        Refused(new() { ["model"] = State(), ["net"] = State() }, null, "*found model, net. The argument key*");
        Load(two, "generator").NotLoaded.Should().Equal("discriminator", "epoch");
        Refused(two, "discriminator", "*state_dict: expected weight, found none*found scale, which the model does not have*");
        Refused(two, "critic", "*file: expected a state dict under 'critic', found generator, discriminator, epoch.");
        Refused(two, "epoch", "*file/epoch: expected a dictionary, found 1*");
        Refused(two, "generator/weight", "*file/generator/weight: expected a dictionary, found a tensor.");
    }

    [Fact]
    public void Keys_lead_through_dictionaries_in_one_another()
    {
        var origin = Load(new() { ["run"] = new Dictionary<string, object?> { ["nets"] = new Dictionary<string, object?> { ["a"] = Other(), ["b"] = State() }, ["step"] = 1 } }, "run/nets/b");
        origin.Key.Should().Be("run/nets/b");
        origin.NotLoaded.Should().Equal("run/step", "run/nets/a");
        Load(new() { ["a/b"] = State(), ["a"] = Other() }, "a/b").Key.Should().Be("a/b");
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("module._orig_mod.")]
    public void Prefixes_of_modules_that_wrap_others_are_taken_off(string prefix)
    {
        var wrapped = State().ToDictionary(entry => prefix + entry.Key, entry => entry.Value);
        var origin = Load(new() { ["model"] = wrapped });
        (origin.Key, origin.Prefix).Should().Be(("model", prefix));
        origin.NotLoaded.Should().BeEmpty();
        SafetensorsFile.Save(folder.File("net.pt"), wrapped.ToDictionary(entry => entry.Key, entry => (Tensor)entry.Value!));
        IsLoaded(net => net.LoadStateDict(folder.File("net.pt"))).Prefix.Should().Be(prefix);

        // Not of a part of the names, nor if the module has such names itself.
        wrapped["scale"] = torch.ones(1);
        Refused(new() { ["model"] = wrapped }, null, $"*expected weight, found none*found {prefix}weight, which*");
        using var own = torch.nn.Sequential(("module", torch.nn.Linear(3, 2)));
        PtFile.Save(folder.File("net.pt"), State().ToDictionary(entry => $"module.{entry.Key}", entry => entry.Value));
        own.LoadStateDict(folder.File("net.pt")).Prefix.Should().BeEmpty();
        own.state_dict()["module.bias"].ShouldBeNear([7, 8], 0);
    }

    [Fact]
    public void What_is_no_tensor_in_a_state_dict_is_left_and_listed()
    {
        var state = State();
        state["version"] = 2;
        state["history"] = new List<object?> { 1.5 };
        var origin = Load(new() { ["net"] = state, ["epoch"] = 3 });
        origin.Key.Should().Be("net");
        origin.NotLoaded.Should().Equal("epoch", "net/version", "net/history");
        origin = Load(state);
        (origin.Key, origin.NotLoaded.Count).Should().Be((null, 2));
        state["weight"] = 1.5;
        Refused(state, null, "*state_dict: expected weight, found none.");
    }

    [Fact]
    public void Files_without_tensors_are_refused_by_what_they_have()
    {
        Refused(new() { ["epoch"] = 3, ["loss"] = 0.5 }, null, "*net.pt: file: expected named tensors, found epoch, loss.");
        Refused(new() { ["a"] = new Dictionary<string, object?>() }, "a", "*net.pt: file/a: expected named tensors, found nothing.");
        PtFile.Save(folder.File("net.pt"), new List<object?> { torch.ones(1) });
        using var net = torch.nn.Linear(3, 2);
        var load = () => net.LoadStateDict(folder.File("net.pt"));
        load.Should().Throw<DataFormatException>().WithMessage("*net.pt: file: expected a dictionary, found a list.");
    }

    [Fact]
    public void An_npz_file_is_a_state_dict_and_has_no_keys()
    {
        NpzFile.Save(folder.File("net.npz"), State().ToDictionary(entry => entry.Key, entry => ((Tensor)entry.Value!).to(ScalarType.Float64)));
        var origin = IsLoaded(net => net.LoadStateDict(folder.File("net.npz")));
        (origin.Key, origin.Prefix, origin.NotLoaded.Count).Should().Be((null, "", 0));
        using var other = torch.nn.Linear(3, 2);
        var load = () => other.LoadStateDict(folder.File("net.npz"), "model");
        load.Should().Throw<DataFormatException>().WithMessage("*expected a state dict under 'model', found weight, bias.");
    }

    // Names of a stranger, as long as the file, may not be repeated for each entry.
    [Fact]
    public void Long_names_cost_no_more_than_they_are_long()
    {
        var inner = new OrderedDictionary<string, object?> { ["weight"] = torch.ones(1) };
        for (var i = 0; i < 10_000; i++)
            inner[$"{i}"] = 1;
        foreach (var key in new[] { new string('k', 100_000), string.Concat(Enumerable.Repeat("module.", 15_000)) })
        {
            Save(new() { [key] = inner, [$"{key}weight"] = torch.ones(1) });
            using var net = torch.nn.Linear(3, 2);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var load = () => net.LoadStateDict(folder.File("net.pt"));
            load.Should().Throw<DataFormatException>();
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(200 * new FileInfo(folder.File("net.pt")).Length);
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        scope.Dispose();
    }

    private static Dictionary<string, object?> State()
        => new() { ["weight"] = torch.arange(6, ScalarType.Float32).reshape(2, 3), ["bias"] = torch.tensor(new[] { 7f, 8f }) };

    private static Dictionary<string, object?> Other() => new() { ["scale"] = torch.ones(1) };

    private void Save(Dictionary<string, object?> file) => PtFile.Save(folder.File("net.pt"), file);

    private StateDictOrigin Load(Dictionary<string, object?> file, string? key = null)
    {
        Save(file);
        return IsLoaded(net => net.LoadStateDict(folder.File("net.pt"), key));
    }

    private static StateDictOrigin IsLoaded(Func<torch.nn.Module, StateDictOrigin> load)
    {
        using var net = torch.nn.Linear(3, 2);
        var origin = load(net);
        net.weight.ShouldBeNear(torch.arange(6, ScalarType.Float64).reshape(2, 3), 0);
        net.bias!.ShouldBeNear([7, 8], 0);
        net.weight.dtype.Should().Be(ScalarType.Float32);
        return origin;
    }

    // And nothing is half loaded.
    private void Refused(Dictionary<string, object?> file, string? key, string message)
    {
        Save(file);
        using var net = torch.nn.Linear(3, 2);
        var before = net.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var load = () => net.LoadStateDict(folder.File("net.pt"), key);
        load.Should().Throw<DataFormatException>().WithMessage(message);
        foreach (var (name, values) in net.state_dict())
            Near.SameBits(values, before[name]).Should().BeTrue(name);
    }
}
