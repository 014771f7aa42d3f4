using System.Net;

namespace DeepBelief.Samples.Tests;

/// <summary>Answers requests from a function, and remembers them.</summary>
internal sealed class FakeWeb(Func<Uri, HttpContent?> answer) : HttpMessageHandler
{
    public List<Uri> Requests { get; } = [];

    /// <summary>Nothing is anywhere.</summary>
    public static FakeWeb Empty() => new(_ => null);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request.RequestUri!);
        var content = answer(request.RequestUri!);
        return Task.FromResult(content is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
    }
}
