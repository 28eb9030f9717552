using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Demo.StandIns;

/// <summary>Hands Kestrel's requests to a <see cref="KubernetesApi"/>, without a host or a middleware pipeline around it.</summary>
internal sealed class StandInApplication(KubernetesApi api) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await api.AnswerAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The end of every watch: the client went away, or this stand-in was killed.
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }
}
