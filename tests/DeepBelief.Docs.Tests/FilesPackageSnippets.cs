#region usings
using DeepBelief.Files;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>The readme of the package DeepBelief.Files.</summary>
public sealed class FilesPackageSnippets : Support.SnippetTests
{
    [Fact]
    public void State_dicts_checkpoints_and_safetensors_are_read_and_written()
    {
        File.WriteAllBytes("checkpoint.pt", global::DeepBelief.Tests.Support.Fixtures.Bytes("checkpoint.pt"));

        #region program
        using var net = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1));
        net.SaveStateDict("net.pt");                        // load_state_dict(torch.load("net.pt"))
        net.LoadStateDict("checkpoint.pt");                 // a state dict, or one in a checkpoint

        var checkpoint = (OrderedDictionary<object, object?>)PtFile.Load("checkpoint.pt")!;
        Console.WriteLine($"epoch {checkpoint["epoch"]}");  // Python: torch.save({'epoch': 3, ...})

        SafetensorsFile.Save("net.safetensors", net.state_dict());
        using var content = SafetensorsFile.Load("net.safetensors");
        Console.WriteLine(string.Join(", ", content.Tensors.Keys));  // 0.weight, 0.bias, ...
        #endregion

        checkpoint["epoch"].Should().Be(3L);
        content.Tensors.Keys.Should().BeEquivalentTo("0.weight", "0.bias", "2.weight", "2.bias");
        content.Tensors["0.weight"].data<float>().ToArray().Should().Equal(0, 1 / 8f, 2 / 8f, 3 / 8f);
    }
}
