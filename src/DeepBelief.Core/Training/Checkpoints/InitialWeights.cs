using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>
/// The weights that a run began with, as a digest: part of what the run is. A model fits a checkpoint if it has those weights,
/// those of the checkpoint, or those that the run itself left in it.
/// </summary>
internal static class InitialWeights
{
    // A run that was broken off within an epoch leaves weights that no file holds. Dies with the model.
    private static readonly ConditionalWeakTable<object, Trained> Models = [];

    /// <summary>Returns a digest of all names, types, shapes and elements.</summary>
    public static string Digest(IReadOnlyDictionary<string, Tensor> state) => $"SHA-256 {Convert.ToHexStringLower(Hash(state))}";

    /// <summary>Returns the bytes of the digest.</summary>
    public static byte[] Hash(IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGrad = torch.no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in state.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            using var scope = torch.NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}: {NamedTensors.Kind(tensor)};"));
            TensorBytes.ForEachPiece(tensor.detach().cpu().contiguous().reshape(-1), bytes => hash.AppendData(bytes));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Remembers the weights that a run left in a model.</summary>
    public static void Remember(object model, string initial, string left) => Models.AddOrUpdate(model, new Trained(initial, left));

    /// <summary>True if a run that began with these weights left the model as it is now.</summary>
    public static bool HasLeft(object model, string initial, string now) => Models.TryGetValue(model, out var run) && run == new Trained(initial, now);

    private sealed record Trained(string Initial, string Left);
}
