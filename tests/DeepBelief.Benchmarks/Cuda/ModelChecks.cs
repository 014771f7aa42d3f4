namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Models: what they compute, how they learn, their files and their checkpoints.</summary>
internal static class ModelChecks
{
    private const int Epochs = 6;

    public static IEnumerable<DeviceCheck> All()
    {
        foreach (var model in ModelCase.All)
        {
            yield return Outputs(model);
            foreach (var format in model.Formats)
                yield return File(model, format);
        }

        foreach (var run in ModelCase.Runs)
        {
            yield return Training(run);
            yield return SameSeed(run);
            yield return Resumed(run);
        }
    }

    private static DeviceCheck Outputs(ModelCase model)
        => new($"{model.Name}: outputs", "with the CPU in float64, part of the largest value", model.Tolerance, device =>
        {
            var (reference, twin) = Twins.Make(model.Create, device);
            using (reference)
            using (twin)
            using (torch.no_grad())
            {
                var (rows, onDevice) = Twins.Bits(60, ModelCase.Visible, device);
                return Comparison.Relative(model.Outputs(Evaluating(twin), onDevice), model.Outputs(Evaluating(reference), rows));
            }
        });

    internal static DeviceCheck Training(ModelCase model)
        => model.IsDeterministic
            ? new($"{model.Name}: trained", $"outputs after {Epochs} epochs with the CPU in float64, part of the largest value", 2e-3, device =>
            {
                var (reference, twin) = Twins.Make(model.Create, device, deviation: null);
                using (reference)
                using (twin)
                {
                    var (data, onDevice) = (LabelledRows.Create().To(torch.CPU, ScalarType.Float64), LabelledRows.Create().To(device));
                    model.Train(reference, data, new(Epochs));
                    model.Train(twin, onDevice, new(Epochs));
                    using var noGrad = torch.no_grad();
                    return Comparison.Relative(model.Outputs(Evaluating(twin), onDevice.Rows), model.Outputs(Evaluating(reference), data.Rows));
                }
            })
            : new($"{model.Name}: trained", $"score after {2 * Epochs} epochs with that of the CPU in float64", model.ScoreTolerance, device =>
            {
                var (reference, twin) = Twins.Make(model.Create, device, deviation: null);
                using (reference)
                using (twin)
                {
                    var data = LabelledRows.Create().To(torch.CPU, ScalarType.Float64);
                    model.Train(reference, data, new(2 * Epochs));
                    model.Train(twin, LabelledRows.Create().To(device), new(2 * Epochs));
                    // Both on the CPU in one type, so that only what was learnt differs.
                    _ = twin.to(torch.CPU, ScalarType.Float32);
                    _ = reference.to(ScalarType.Float32);
                    var rows = LabelledRows.Create();
                    return Math.Abs(model.Score!(Evaluating(twin), rows) - model.Score(Evaluating(reference), rows));
                }
            });

    private static DeviceCheck SameSeed(ModelCase model)
        => new($"{model.Name}: same seed", "parameters of two runs with one seed, part of the largest value", 0, device =>
        {
            using var first = Trained(model, device, new(2));
            using var second = Trained(model, device, new(2));
            return Comparison.Relative(second.parameters(), first.parameters());
        });

    private static DeviceCheck File(ModelCase model, ModelFormat format)
        => new($"{model.Name}: {format} file", "what is loaded to the CPU and to the device with what was saved, part of the largest value", 0, device => InFolder(folder =>
        {
            var path = Path.Combine(folder, "model");
            using var trained = Trained(model, device, new(1));
            model.Save(trained, path, format);
            using var onCpu = model.Load(path, torch.CPU);
            using var onDevice = model.Load(path, device);
            if (onDevice.parameters().Any(p => p.device_type != device.type) || onCpu.parameters().Any(p => p.device_type != DeviceType.CPU))
                throw new InvalidOperationException("A model was loaded to another device than the one named.");
            return Comparison.Worst(
                Comparison.Relative(onCpu.parameters(), trained.parameters()),
                Comparison.Relative(onDevice.parameters(), trained.parameters()));
        }));

    private static DeviceCheck Resumed(ModelCase model)
        => new($"{model.Name}: checkpoint", "a run that went on from its checkpoint with one in one go, part of the largest value", 0, device => InFolder(folder =>
        {
            var plan = new RunPlan(4);
            using var whole = Trained(model, device, plan);
            var kept = plan with { Checkpoint = Path.Combine(folder, "run.pt") };
            using (Trained(model, device, kept with { Stop = 2 }))
            {
                // Its end is what the next begins with.
            }

            using var resumed = Trained(model, device, kept);
            return Comparison.Relative(resumed.parameters(), whole.parameters());
        }));

    private static torch.nn.Module Trained(ModelCase model, Device device, RunPlan plan)
    {
        var created = model.Create();
        _ = created.to(device);
        model.Train(created, LabelledRows.Create(rowsPerKind: 50).To(device), plan);
        return created;
    }

    private static T Evaluating<T>(T module)
        where T : torch.nn.Module
    {
        module.eval();
        return module;
    }

    private static double InFolder(Func<string, double> run)
    {
        var folder = Directory.CreateTempSubdirectory("deepbelief-benchmarks-").FullName;
        try
        {
            return run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
