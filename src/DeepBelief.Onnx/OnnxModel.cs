using System.Reflection;
using DeepBelief.Onnx.Schema;

namespace DeepBelief.Onnx;

/// <summary>Makes ONNX models of models.</summary>
internal static class OnnxModel
{
    private const string Library = "DeepBelief";

    private static readonly string Version = typeof(OnnxModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Returns an ONNX model of what a model computes; null is for what its <c>forward</c> returns.</summary>
    public static ModelProto Of(torch.nn.Module model, OnnxOutput? output, long mostBytes = Graph.MostBytes)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var kind = model.GetType().Name;
        var (exports, facts) = Exports(model, output?.Sweeps ?? 0);
        var export = output is null ? exports[0] : exports.FirstOrDefault(export => export.Output.IsLike(output))
            ?? throw new ArgumentException($"Expected an output of {kind} ({string.Join(", ", exports.Select(export => export.Output))}), found {output}.", nameof(output));
        var graph = new Graph(mostBytes);
        var result = export.Build(graph.Input(export.Input.Name, export.Input.Columns, export.Input.Meaning));
        graph.Output(result, export.Output.Output, export.Columns, export.Meaning);

        var proto = new ModelProto
        {
            IrVersion = Graph.IrVersion,
            ProducerName = Library,
            ProducerVersion = Version,
            DocString = $"{kind}: {export.Meaning}",
            Graph = graph.Finish($"{kind}_{export.Output.Output}", export.Meaning),
        };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = Graph.Opset });
        (string, string)[] metadata =
        [
            ("library", $"{Library} {Version}"),
            ("model", kind),
            ("input", $"{export.Input.Name}: {export.Input.Meaning}"),
            ("output", $"{export.Output.Output}: {export.Meaning}"),
        ];
        foreach (var (key, value) in metadata.Concat(facts))
            proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return proto;
    }

    private static ModelExports Exports(torch.nn.Module model, int sweeps) => model switch
    {
        Classifier network => NetworkGraphs.Of(network),
        MultiLabelClassifier network => NetworkGraphs.Of(network),
        Regressor network => NetworkGraphs.Of(network),
        FeedForwardNetwork half => NetworkGraphs.OfHalf(half),
        Autoencoder autoencoder => NetworkGraphs.Of(autoencoder),
        Rbm rbm => MachineGraphs.Of(rbm),
        Dbn dbn => MachineGraphs.Of(dbn),
        ClassificationRbm machine => MachineGraphs.Of(machine),
        ClassificationDbn network => MachineGraphs.Of(network),
        UntiedDbn network => MachineGraphs.Of(network),
        Dbm machine => DeepMachineGraphs.Of(machine, sweeps),
        NeuralEnergyModel => throw new NotSupportedException($"Expected a model made of the library's units or layers, found a {nameof(NeuralEnergyModel)}: no ONNX operators are known of the network that computes its energy."),
        _ => throw new NotSupportedException($"Expected a model of the library's own, made of units or layers, found {model.GetType()}, of which no ONNX operators are known."),
    };
}
