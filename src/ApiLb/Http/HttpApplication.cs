using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Http;

/// <summary>Joins Kestrel and the site that a connection belongs to. Stateless: Kestrel keeps one slot for each connection.</summary>
internal sealed class HttpApplication : IHttpApplication<RequestSlot>
{
    public RequestSlot CreateContext(IFeatureCollection contextFeatures)
    {
        var slot = contextFeatures is IHostContextContainer<RequestSlot> container ? container.HostContext ??= new RequestSlot() : new RequestSlot();
        if (slot.Context is DefaultHttpContext used)
        {
            used.Initialize(contextFeatures);
        }
        else
        {
            slot.Context = new DefaultHttpContext(contextFeatures);
        }

        return slot;
    }

    public Task ProcessRequestAsync(RequestSlot context)
    {
        var request = (HttpContext)context.Context!;
        var visitor = (Visitor)(context.Visitor ??= request.Features.Get<Visitor>()!);
        return visitor.Site.AnswerAsync(request, visitor);
    }

    public void DisposeContext(RequestSlot context, Exception? exception) => ((DefaultHttpContext)context.Context!).Uninitialize();
}
