#include "json_out.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

namespace quoin::api {

Reply get_peers(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    const auto peers = context.parts.network.peers();
    const auto peer_json = [](const ports::PeerInfo& peer) {
        JsonObject json;
        json.add("id", peer.id).add("address", peer.address).add("outbound", peer.outbound);
        json.raw("head", json_of(peer.head)).add("cost", peer.cost).add("frames_in", peer.frames_in);
        json.add("frames_out", peer.frames_out).add("bytes_in", peer.bytes_in);
        return json.add("bytes_out", peer.bytes_out).take();
    };
    return present_answer(**snapshot, {json_array(peers, peer_json), {}});
}

} // namespace quoin::api
